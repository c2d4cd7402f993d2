package datalake.digdag;

import io.digdag.spi.Operator;
import io.digdag.spi.OperatorContext;
import io.digdag.spi.OperatorFactory;
import io.digdag.spi.TaskRequest;
import io.digdag.spi.TaskResult;

/** {@code echo>: message} prints the message. */
final class EchoOperator {
    private EchoOperator() {
    }

    static final class Factory implements OperatorFactory {
        @Override
        public String getType() {
            return "echo";
        }

        @Override
        public Operator newOperator(OperatorContext context) {
            return () -> echo(context.getTaskRequest());
        }
    }

    private static TaskResult echo(TaskRequest request) {
        System.out.println(request.getConfig().get("_command", String.class));
        return TaskResult.empty(request);
    }
}
