package datalake.digdag;

import com.google.inject.Binder;
import com.google.inject.Module;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.digdag.spi.CommandExecutor;
import io.digdag.spi.Extension;
import io.digdag.spi.OperatorFactory;
import java.util.List;

/** Adds to Digdag's core what the workflows need of its standard operators; found through META-INF/services. */
public final class EngineExtension implements Extension {
    @Override
    public List<Module> getModules() {
        return List.of(EngineExtension::configure);
    }

    private static void configure(Binder binder) {
        binder.bind(CommandExecutor.class).to(ChildProcesses.class);
        binder.bind(ChildProcesses.class).in(Scopes.SINGLETON);
        binder.bind(AgentWaker.class).asEagerSingleton();
        binder.bind(ParentWatch.class).asEagerSingleton();
        Multibinder<OperatorFactory> operators = Multibinder.newSetBinder(binder, OperatorFactory.class);
        for (Class<? extends OperatorFactory> operator : OPERATORS) {
            operators.addBinding().to(operator).in(Scopes.SINGLETON);
        }
    }

    private static final List<Class<? extends OperatorFactory>> OPERATORS = List.of(
            EchoOperator.Factory.class,
            FailOperator.Factory.class,
            ForEachOperator.Factory.class,
            IfOperator.Factory.class,
            LoopOperator.Factory.class,
            NotifyOperator.Factory.class,
            ShOperator.Factory.class);
}
