package slipway.release.analysis;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import slipway.release.analysis.Metric.Source;

/// A condition over one measurement, in CEL, with a bool as its result.
///
/// Over PROMETHEUS: `result`, a list of numbers, or one number where the query is a scalar, as Argo Rollouts has it. Over HTTP:
/// `status`, `ok` (2xx, and with the text) and `latencyMillis`.
final class Condition {

    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(2000)
            .maxParseRecursionDepth(32)
            .comprehensionMaxIterations(10_000)
            .enableHeterogeneousNumericComparisons(true)
            .build();
    private static final CelCompiler OVER_LIST = compiler(Map.of("result", ListType.create(SimpleType.DOUBLE)));
    private static final CelCompiler OVER_NUMBER = compiler(Map.of("result", SimpleType.DOUBLE));
    private static final CelCompiler OVER_HTTP = compiler(
            Map.of("status", SimpleType.INT, "ok", SimpleType.BOOL, "latencyMillis", SimpleType.DOUBLE));
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

    private final String text;
    private final CelRuntime.@Nullable Program overNumber;
    private final CelRuntime.@Nullable Program over;

    /// @param overNumber where the result is one number
    /// @param over everywhere else
    private Condition(String text, CelRuntime.@Nullable Program overNumber, CelRuntime.@Nullable Program over) {
        this.text = text;
        this.overNumber = overNumber;
        this.over = over;
    }

    private static CelCompiler compiler(Map<String, CelType> variables) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setResultType(SimpleType.BOOL);
        variables.forEach(builder::addVar);
        return builder.build();
    }

    /// @param faults gets each fault as `line:column what`
    /// @return null when there are faults
    static @Nullable Condition read(Source source, String text, List<String> faults) {
        if (source == Source.HTTP) {
            CelRuntime.Program program = program(OVER_HTTP.compile(text), faults);
            return program == null ? null : new Condition(text, null, program);
        }
        CelRuntime.Program overNumber = program(OVER_NUMBER.compile(text), new ArrayList<>());
        // What fits neither is told of as over a list, which most queries give.
        CelRuntime.Program overList =
                program(OVER_LIST.compile(text), overNumber == null ? faults : new ArrayList<>());
        return overNumber == null && overList == null ? null : new Condition(text, overNumber, overList);
    }

    private static CelRuntime.@Nullable Program program(CelValidationResult result, List<String> faults) {
        if (result.hasError()) {
            for (CelIssue issue : result.getErrors()) {
                faults.add(issue.getSourceLocation().getLine() + ":"
                        + (issue.getSourceLocation().getColumn() + 1) + " " + issue.getMessage());
            }
            return null;
        }
        try {
            CelAbstractSyntaxTree tree = result.getAst();
            return RUNTIME.createProgram(tree);
        } catch (CelValidationException | CelEvaluationException e) {
            faults.add(String.valueOf(e.getMessage()));
            return null;
        }
    }

    /// It could not be calculated; that is an error, and says nothing about the canary.
    static final class Uncertain extends Exception {
        private Uncertain(String message) {
            super(message);
        }
    }

    /// @param measured with at least one value
    /// @throws Uncertain when it is about another kind of result, or fails on these values
    boolean holds(Metric metric, Measurement measured) throws Uncertain {
        if (metric.source() == Source.HTTP) {
            return holds(over, Map.of(
                    "status",
                    measured.values().getFirst().longValue(),
                    "ok",
                    measured.ok(),
                    "latencyMillis",
                    measured.latencyMicros() / 1000.0));
        }
        return measured.scalar()
                ? holds(overNumber, Map.of("result", measured.values().getFirst()))
                : holds(over, Map.of("result", measured.values()));
    }

    private boolean holds(CelRuntime.@Nullable Program program, Map<String, Object> variables) throws Uncertain {
        if (program == null) {
            throw new Uncertain("'" + text + "' is about " + (overNumber == null ? "a list" : "one number")
                    + ", and the query gives " + (overNumber == null ? "one number" : "a list"));
        }
        try {
            return (Boolean) program.eval(variables);
        } catch (CelEvaluationException e) {
            throw new Uncertain("'" + text + "' cannot be calculated: " + e.getMessage());
        }
    }

    String text() {
        return text;
    }
}
