package datalake.digdag;

import com.fasterxml.jackson.databind.JsonNode;
import io.digdag.client.config.Config;
import io.digdag.spi.Operator;
import io.digdag.spi.OperatorContext;
import io.digdag.spi.OperatorFactory;
import io.digdag.spi.TaskRequest;
import io.digdag.spi.TaskResult;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code for_each>: {name: [values], ...}} repeats the tasks of {@code _do} for every combination of the values; the
 * last name varies fastest. A list may also be given as JSON text.
 */
final class ForEachOperator {
    private static final int SHOWN_LENGTH = 24;

    private ForEachOperator() {
    }

    static final class Factory implements OperatorFactory {
        @Override
        public String getType() {
            return "for_each";
        }

        @Override
        public Operator newOperator(OperatorContext context) {
            return () -> repeat(context.getTaskRequest());
        }
    }

    private static TaskResult repeat(TaskRequest request) {
        Repetition repetition = new Repetition(request);
        for (Combination combination : combinations(request.getConfig().parseNested("_command"))) {
            repetition.add("+for-" + combination.label, combination.parameters);
        }
        return repetition.result();
    }

    private static List<Combination> combinations(Config lists) {
        List<Combination> all = List.of(new Combination("", lists.getFactory().create()));
        for (String name : lists.getKeys()) {
            all = product(all, name, lists.parseList(name, JsonNode.class));
        }
        return all;
    }

    private static List<Combination> product(List<Combination> left, String name, List<JsonNode> values) {
        List<Combination> all = new ArrayList<>();
        for (Combination combination : left) {
            for (int index = 0; index < values.size(); index++) {
                all.add(combination.with(name, index, values.get(index)));
            }
        }
        return all;
    }

    /** Values for every name so far; the label tells the combinations apart in task names. */
    private static final class Combination {
        final String label;
        final Config parameters;

        Combination(String label, Config parameters) {
            this.label = label;
            this.parameters = parameters;
        }

        Combination with(String name, int index, JsonNode value) {
            String text = (value.isTextual() ? value.textValue() : value.toString()).replaceAll("[^\\w.-]", "_");
            String shown = text.substring(0, Math.min(text.length(), SHOWN_LENGTH));
            String separator = label.isEmpty() ? "" : "&";
            String extended = label + separator + name + "=" + index + "=" + shown;
            return new Combination(extended, parameters.deepCopy().set(name, value));
        }
    }
}
