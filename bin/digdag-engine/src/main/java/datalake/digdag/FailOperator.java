package datalake.digdag;

import io.digdag.spi.Operator;
import io.digdag.spi.OperatorContext;
import io.digdag.spi.OperatorFactory;
import io.digdag.spi.TaskExecutionException;

/** {@code fail>: message} fails its task with the message. */
final class FailOperator {
    private FailOperator() {
    }

    static final class Factory implements OperatorFactory {
        @Override
        public String getType() {
            return "fail";
        }

        @Override
        public Operator newOperator(OperatorContext context) {
            return () -> {
                String message = context.getTaskRequest().getConfig().get("_command", String.class);
                throw new TaskExecutionException(message);
            };
        }
    }
}
