package datalake.digdag;

import io.digdag.client.config.Config;
import io.digdag.spi.Operator;
import io.digdag.spi.OperatorContext;
import io.digdag.spi.OperatorFactory;
import io.digdag.spi.TaskRequest;
import io.digdag.spi.TaskResult;

/** {@code if>: condition} continues with the tasks of {@code _do} or with those of {@code _else_do}. */
final class IfOperator {
    private IfOperator() {
    }

    static final class Factory implements OperatorFactory {
        @Override
        public String getType() {
            return "if";
        }

        @Override
        public Operator newOperator(OperatorContext context) {
            return () -> branch(context.getTaskRequest());
        }
    }

    private static TaskResult branch(TaskRequest request) {
        Config config = request.getConfig();
        boolean condition = config.get("_command", Boolean.class);
        // Both are read, since Digdag complains of parameters that a task did not ask for.
        Config whenTrue = config.getNestedOrGetEmpty("_do");
        Config whenFalse = config.getNestedOrGetEmpty("_else_do");
        return TaskResult.defaultBuilder(request).subtaskConfig(condition ? whenTrue : whenFalse).build();
    }
}
