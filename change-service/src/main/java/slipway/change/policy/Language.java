package slipway.change.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What conditions may speak of: CEL without functions of our own, every variable with its type, every result a bool.
///
/// Over a change: `type`, `risk`, `service` (string), `irreversible`, `outage`, `restoresData` (bool), `environments`,
/// `ownerGroups`, `evidence` (list of strings), `tier`, `criticality`, `reached` (int). Over a person besides: `person` (the
/// id) and `groups`. Requester and implementer are not to be seen: that they never vote is not the policy's to decide.
final class Language {

    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(2000)
            .maxParseRecursionDepth(32)
            .comprehensionMaxIterations(10_000)
            .build();

    private static final Map<String, CelType> CHANGE = new LinkedHashMap<>();

    static {
        CelType texts = ListType.create(SimpleType.STRING);
        CHANGE.put("type", SimpleType.STRING);
        CHANGE.put("risk", SimpleType.STRING);
        CHANGE.put("service", SimpleType.STRING);
        CHANGE.put("irreversible", SimpleType.BOOL);
        CHANGE.put("outage", SimpleType.BOOL);
        CHANGE.put("restoresData", SimpleType.BOOL);
        CHANGE.put("environments", texts);
        CHANGE.put("ownerGroups", texts);
        CHANGE.put("evidence", texts);
        CHANGE.put("tier", SimpleType.INT);
        CHANGE.put("criticality", SimpleType.INT);
        CHANGE.put("reached", SimpleType.INT);
    }

    private static final CelCompiler OVER_CHANGE = compiler(Map.of());
    private static final CelCompiler OVER_PERSON =
            compiler(Map.of("person", SimpleType.STRING, "groups", ListType.create(SimpleType.STRING)));
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

    private Language() {}

    private static CelCompiler compiler(Map<String, CelType> more) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setResultType(SimpleType.BOOL);
        CHANGE.forEach(builder::addVar);
        more.forEach(builder::addVar);
        return builder.build();
    }

    /// A condition that was understood.
    static final class Condition {

        private final String where;
        private final CelRuntime.Program program;
        private final Anatomy anatomy;

        private Condition(String where, CelRuntime.Program program, Anatomy anatomy) {
            this.where = where;
            this.program = program;
            this.anatomy = anatomy;
        }

        String where() {
            return where;
        }

        Anatomy anatomy() {
            return anatomy;
        }

        boolean holds(Question change) {
            return holds(change.variables());
        }

        boolean holds(Question change, Voter person) {
            Map<String, Object> variables = new HashMap<>(change.variables());
            variables.put("person", person.id());
            variables.put("groups", List.copyOf(person.groups()));
            return holds(variables);
        }

        /// @throws IllegalStateException when it fails on these values, e.g. by a division by zero: nothing is decided then
        private boolean holds(Map<String, Object> variables) {
            try {
                return (Boolean) program.eval(variables);
            } catch (CelEvaluationException e) {
                throw new IllegalStateException(where + ": " + e.getMessage() + " for " + variables, e);
            }
        }
    }

    /// @param faults gets each fault as `where: line:column what`
    /// @return null when there are faults
    static @Nullable Condition overChange(String where, String text, List<String> faults) {
        return compile(OVER_CHANGE, where, text, faults);
    }

    /// @param faults gets each fault as `where: line:column what`
    /// @return null when there are faults
    static @Nullable Condition overPerson(String where, String text, List<String> faults) {
        return compile(OVER_PERSON, where, text, faults);
    }

    private static @Nullable Condition compile(CelCompiler compiler, String where, String text, List<String> faults) {
        CelAbstractSyntaxTree tree = Checked.tree(compiler, where, text, faults);
        if (tree == null) {
            return null;
        }
        try {
            return new Condition(where, RUNTIME.createProgram(tree), Anatomy.of(tree.getExpr()));
        } catch (CelEvaluationException e) {
            faults.add(where + ": " + e.getMessage());
            return null;
        }
    }
}
