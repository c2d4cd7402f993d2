package datalake.digdag;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.inject.Inject;
import io.digdag.client.config.Config;
import io.digdag.spi.CommandExecutor;
import io.digdag.spi.CommandLogger;
import io.digdag.spi.Operator;
import io.digdag.spi.OperatorContext;
import io.digdag.spi.OperatorFactory;
import io.digdag.spi.PrivilegedVariables;
import io.digdag.spi.TaskExecutionException;
import io.digdag.spi.TaskRequest;
import io.digdag.spi.TaskResult;
import io.digdag.util.BaseOperator;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code sh>: command} runs a command with {@code /bin/sh} (or the program in the parameter {@code shell}) in the
 * task's directory. Parameters and {@code _env} are its environment variables, objects as JSON; its output is
 * copied to Digdag's own as it comes. A non-zero exit code fails the task.
 */
final class ShOperator extends BaseOperator {
    private static final Pattern VARIABLE_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z_0-9]*");

    private final CommandExecutor executor;
    private final CommandLogger logger;

    private ShOperator(OperatorContext context, CommandExecutor executor, CommandLogger logger) {
        super(context);
        this.executor = executor;
        this.logger = logger;
    }

    static final class Factory implements OperatorFactory {
        private final CommandExecutor executor;
        private final CommandLogger logger;

        @Inject
        Factory(CommandExecutor executor, CommandLogger logger) {
            this.executor = executor;
            this.logger = logger;
        }

        @Override
        public String getType() {
            return "sh";
        }

        @Override
        public Operator newOperator(OperatorContext context) {
            return new ShOperator(context, executor, logger);
        }
    }

    @Override
    public TaskResult runTask() {
        int exitCode;
        try {
            exitCode = execute(builder(request));
        } catch (IOException failure) {
            throw new TaskExecutionException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TaskExecutionException(interrupted);
        }
        if (exitCode != 0) {
            throw new TaskExecutionException("Command failed with code " + exitCode);
        }
        return TaskResult.empty(request);
    }

    private int execute(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = executor.start(workspace.getPath(), request, builder);
        try {
            logger.copyStdout(process, System.out);
            return process.waitFor();
        } finally {
            process.destroy();
        }
    }

    private ProcessBuilder builder(TaskRequest request) {
        Config config = request.getConfig().mergeDefault(request.getConfig().getNestedOrGetEmpty("sh"));
        List<String> command = new ArrayList<>(config.getListOrEmpty("shell", String.class));
        if (command.isEmpty()) {
            command.add("/bin/sh");
        }
        command.add("-c");
        command.add(config.get("_command", String.class));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workspace.getPath().toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true);
        addParameters(builder.environment(), config);
        addPrivileged(builder.environment(), context.getPrivilegedVariables());
        return builder;
    }

    private static void addParameters(Map<String, String> environment, Config config) {
        for (String key : config.getKeys()) {
            if (VARIABLE_NAME.matcher(key).matches()) {
                JsonNode value = config.get(key, JsonNode.class);
                environment.put(key, value.isTextual() ? value.textValue() : value.toString());
            }
        }
    }

    /** The variables of {@code _env}, whose names must be usable: they were written to be variables. */
    private static void addPrivileged(Map<String, String> environment, PrivilegedVariables variables) {
        for (String name : variables.getKeys()) {
            if (!VARIABLE_NAME.matcher(name).matches()) {
                throw new TaskExecutionException("Not the name of an environment variable: " + name);
            }
            environment.put(name, variables.get(name));
        }
    }
}
