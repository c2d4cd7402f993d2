package datalake.digdag;

import io.digdag.client.config.Config;
import io.digdag.spi.Operator;
import io.digdag.spi.OperatorContext;
import io.digdag.spi.OperatorFactory;
import io.digdag.spi.TaskRequest;
import io.digdag.spi.TaskResult;

/** {@code loop>: N} repeats the tasks of {@code _do} N times, with {@code i} from 0 to N - 1. */
final class LoopOperator {
    private LoopOperator() {
    }

    static final class Factory implements OperatorFactory {
        @Override
        public String getType() {
            return "loop";
        }

        @Override
        public Operator newOperator(OperatorContext context) {
            return () -> repeat(context.getTaskRequest());
        }
    }

    private static TaskResult repeat(TaskRequest request) {
        int times = request.getConfig().get("_command", Integer.class);
        Repetition repetition = new Repetition(request);
        for (int i = 0; i < times; i++) {
            Config parameters = request.getConfig().getFactory().create().set("i", i);
            repetition.add("+loop-" + i, parameters);
        }
        return repetition.result();
    }
}
