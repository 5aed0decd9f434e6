package slipway.change.intake;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import slipway.change.policy.Checked;
import slipway.decider.Wording;
import tools.jackson.databind.JsonNode;

/// CEL over a delivery: `headers` (names in lower case), `body` (what was sent) and `settings` (what this installation knows about the
/// source); the standard functions, and those for strings.
final class Expression {

    private static final CelOptions OPTIONS = CelOptions.current()
            .maxExpressionCodePointSize(4000)
            .maxParseRecursionDepth(32)
            .comprehensionMaxIterations(10_000)
            .build();

    private static final int LONGEST_NAME = 500;

    private static final Pattern MISSING = Pattern.compile("^key '(.*?)' is not present in map");
    private static final Pattern NO_FIELDS = Pattern.compile("^Error resolving field '(.*?)'");
    private static final Pattern NO_OVERLOAD = Pattern.compile("^No matching overload for function '(.*?)'");

    /// `json(value)`: what a text says as JSON, null when it says none; whatever is no text stays what it is.
    private static final CelFunctionDecl JSON = CelFunctionDecl.newFunctionDeclaration(
            "json", CelOverloadDecl.newGlobalOverload("json_dyn", SimpleType.DYN, SimpleType.DYN));

    private static final CelCompiler CONDITIONS = compiler(SimpleType.BOOL);
    private static final CelCompiler VALUES = compiler(SimpleType.DYN);
    private static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addLibraries(CelExtensions.strings())
            .addFunctionBindings(CelFunctionBinding.from("json_dyn", Object.class, Expression::json))
            .build();

    private final String where;
    private final String text;
    private final CelRuntime.Program program;

    private Expression(String where, String text, CelRuntime.Program program) {
        this.where = where;
        this.text = Wording.shortened(text.strip().replaceAll("\\s+", " "));
        this.program = program;
    }

    private static CelCompiler compiler(CelType result) {
        return CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(CelExtensions.strings())
                .addFunctionDeclarations(JSON)
                .addVar("headers", MapType.create(SimpleType.STRING, SimpleType.STRING))
                .addVar("body", SimpleType.DYN)
                .addVar("settings", SimpleType.DYN)
                .setResultType(result)
                .build();
    }

    private static Object json(Object value) {
        if (!(value instanceof String text)) {
            return value;
        }
        try {
            return of(Reading.json(text.getBytes(StandardCharsets.UTF_8)));
        } catch (Failing _) {
            return NullValue.NULL_VALUE;
        }
    }

    /// It cannot be calculated for this delivery.
    static final class Failing extends RuntimeException {
        Failing(String message) {
            super(message);
        }
    }

    /// @param faults gets each fault as `where: line:column what`
    /// @return null when there are faults
    static @Nullable Expression condition(String where, String text, List<String> faults) {
        return compile(CONDITIONS, where, text, faults);
    }

    /// @param faults gets each fault as `where: line:column what`
    /// @return null when there are faults
    static @Nullable Expression value(String where, String text, List<String> faults) {
        return compile(VALUES, where, text, faults);
    }

    private static @Nullable Expression compile(CelCompiler compiler, String where, String text, List<String> faults) {
        CelAbstractSyntaxTree tree = Checked.tree(compiler, where, text, faults);
        if (tree == null) {
            return null;
        }
        try {
            return new Expression(where, text, RUNTIME.createProgram(tree));
        } catch (CelEvaluationException e) {
            faults.add(where + ": " + e.getMessage());
            return null;
        }
    }

    /// @throws Failing with where and why
    boolean holds(Map<String, Object> delivery) {
        return calculated(delivery) instanceof Boolean holds && holds;
    }

    /// A name of something: short enough for an index, and nothing that no column takes.
    ///
    /// @throws Failing when it cannot be calculated, or is no such text
    String text(Map<String, Object> delivery) {
        return switch (calculated(delivery)) {
            case String text when !text.isBlank() -> {
                List<String> faults = Wording.lines(where, text, LONGEST_NAME);
                if (!faults.isEmpty()) {
                    throw new Failing(faults.getFirst());
                }
                yield text;
            }
            case Long number -> number.toString();
            default -> throw new Failing(where + ": is no text");
        };
    }

    /// As JSON has it; null when it is null.
    ///
    /// @throws Failing when it cannot be calculated, or JSON has no such thing
    @Nullable Object value(Map<String, Object> delivery) {
        return plain(calculated(delivery));
    }

    private Object calculated(Map<String, Object> delivery) {
        try {
            return program.eval(delivery);
        } catch (CelEvaluationException e) {
            throw new Failing(where + ": " + plainly(String.valueOf(e.getMessage())) + ", in " + text);
        }
    }

    /// The words of CEL are for those who write expressions; whoever sent the delivery reads these.
    private static String plainly(String message) {
        String why = message.replaceFirst("^evaluation error at <input>:\\d+: ", "");
        Matcher missing = MISSING.matcher(why);
        if (missing.find()) {
            return "the delivery has no '" + missing.group(1) + "' where it is looked for";
        }
        Matcher nothing = NO_FIELDS.matcher(why);
        if (nothing.find()) {
            return "'" + nothing.group(1) + "' is looked for in something that has no fields, such as null or a text";
        }
        Matcher kind = NO_OVERLOAD.matcher(why);
        return kind.find() ? "'" + kind.group(1) + "' is not for a value of this kind" : why.replaceFirst("\\.$", "");
    }

    private @Nullable Object plain(Object value) {
        return switch (value) {
            case NullValue _ -> null;
            case String text -> text;
            case Boolean flag -> flag;
            case Number number -> number;
            case List<?> list -> {
                List<@Nullable Object> plain = new ArrayList<>();
                list.forEach(each -> plain.add(plain(each)));
                yield plain;
            }
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> plain = new LinkedHashMap<>();
                map.forEach((name, each) -> plain.put(String.valueOf(name), plain(each)));
                yield plain;
            }
            default -> throw new Failing(where + ": is a " + value.getClass().getSimpleName() + ", which JSON has not");
        };
    }

    /// JSON as expressions see it.
    static Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> node.stringValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> number(node);
            case ARRAY -> node.valueStream().map(Expression::of).toList();
            case OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                node.forEachEntry((name, each) -> fields.put(name, of(each)));
                yield fields;
            }
            case NULL, MISSING, BINARY, POJO -> NullValue.NULL_VALUE;
        };
    }

    /// Anybody may write a number that no type has: then it is infinite.
    private static Object number(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue().doubleValue();
        }
        return node.isBigDecimal() ? node.decimalValue().doubleValue() : node.doubleValue();
    }
}
