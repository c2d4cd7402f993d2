package datalake.digdag;

import io.digdag.spi.CommandExecutor;
import io.digdag.spi.TaskRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Starts the commands of tasks, and ends those that run when the engine is told to end: each with all its
 * descendants, first by SIGTERM, after a grace period by SIGKILL.
 */
final class ChildProcesses implements CommandExecutor {
    private static final long GRACE_MS = 10_000;

    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private boolean ending;

    ChildProcesses() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::endAll, "end-children"));
    }

    @Override
    public synchronized Process start(Path workspace, TaskRequest request, ProcessBuilder builder) throws IOException {
        if (ending) {
            throw new IOException("Digdag is shutting down; not started");
        }
        Process process = builder.start();
        running.add(process);
        process.onExit().thenAccept(running::remove);
        return process;
    }

    private void endAll() {
        List<ProcessHandle> processes = stopStarting();
        processes.forEach(ProcessHandle::destroy);
        awaitEnd(processes);
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    private synchronized List<ProcessHandle> stopStarting() {
        ending = true;
        return running.stream()
                .map(Process::toHandle)
                .flatMap(child -> Stream.concat(child.descendants(), Stream.of(child)))
                .collect(Collectors.toList());
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MS);
        try {
            while (processes.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
