package jdk.nashorn.api.scripting;

import datalake.digdag.ScopedScriptEngine;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.script.ScriptEngine;

/**
 * The class that Digdag asks for by name to evaluate {@code ${...}}. The JDK dropped it in version 15; this one
 * hands over to the stand-alone Nashorn. Digdag wants a new engine for every task: each gets a scope of its own in
 * an engine that is shared, so that a script is compiled only once.
 */
public class NashornScriptEngineFactory {
    private static final Map<String, ScriptEngine> SHARED = new ConcurrentHashMap<>();

    public ScriptEngine getScriptEngine(String... options) {
        ScriptEngine shared = SHARED.computeIfAbsent(Arrays.toString(options), key -> newEngine(options));
        return new ScopedScriptEngine(shared);
    }

    private static ScriptEngine newEngine(String... options) {
        return new org.openjdk.nashorn.api.scripting.NashornScriptEngineFactory().getScriptEngine(options);
    }
}
