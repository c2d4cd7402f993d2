package datalake.digdag;

import com.google.common.base.Optional;
import com.google.inject.Inject;
import io.digdag.spi.Notification;
import io.digdag.spi.NotificationException;
import io.digdag.spi.Notifier;
import io.digdag.spi.Operator;
import io.digdag.spi.OperatorContext;
import io.digdag.spi.OperatorFactory;
import io.digdag.spi.TaskExecutionException;
import io.digdag.spi.TaskRequest;
import io.digdag.spi.TaskResult;
import java.time.Instant;

/**
 * {@code notify>: message} hands a message to the notifier that is configured for Digdag (none, unless
 * {@code notification.type} is set). Digdag's core adds such a task to every session that fails.
 */
final class NotifyOperator {
    private NotifyOperator() {
    }

    static final class Factory implements OperatorFactory {
        private final Notifier notifier;

        @Inject
        Factory(Notifier notifier) {
            this.notifier = notifier;
        }

        @Override
        public String getType() {
            return "notify";
        }

        @Override
        public Operator newOperator(OperatorContext context) {
            return () -> send(notifier, context.getTaskRequest());
        }
    }

    private static TaskResult send(Notifier notifier, TaskRequest request) {
        try {
            notifier.sendNotification(notification(request));
        } catch (NotificationException failure) {
            throw new TaskExecutionException(failure);
        }
        return TaskResult.empty(request);
    }

    private static Notification notification(TaskRequest request) {
        String message = request.getConfig().get("_command", String.class);
        return Notification.builder(Instant.now(), message)
                .projectName(request.getProjectName())
                .workflowName(request.getWorkflowName())
                .taskName(request.getTaskName())
                .sessionTime(Optional.of(request.getSessionTime().atZone(request.getTimeZone()).toOffsetDateTime()))
                .build();
    }
}
