package datalake.digdag;

import io.digdag.client.config.Config;
import io.digdag.spi.TaskRequest;
import io.digdag.spi.TaskResult;

/** The subtasks of a repeating operator: copies of its {@code _do}, each with parameters of its own. */
final class Repetition {
    private final TaskRequest request;
    private final Config body;
    private final Config subtasks;

    Repetition(TaskRequest request) {
        this.request = request;
        Config config = request.getConfig();
        body = config.getNested("_do");
        subtasks = config.getFactory().create();
        if (config.get("_parallel", Boolean.class, false)) {
            subtasks.set("_parallel", true);
        }
    }

    /** Adds one copy; its own {@code _export} stays, below the parameters given. */
    void add(String name, Config parameters) {
        Config copy = body.deepCopy();
        copy.getNestedOrSetEmpty("_export").setAll(parameters);
        subtasks.set(name, copy);
    }

    TaskResult result() {
        return TaskResult.defaultBuilder(request).subtaskConfig(subtasks).build();
    }
}
