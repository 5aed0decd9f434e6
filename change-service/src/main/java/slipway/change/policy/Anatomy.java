package slipway.change.policy;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a condition is made of: what it speaks of, what it compares with, and how much work it is. A service, a number of items
/// and the owners have no end of values; of these only comparisons with names and numbers can be asked for all of them.
final class Anatomy {

    private static final Set<String> ENDLESS = Set.of("service", "reached", "ownerGroups");
    private static final Set<String> LOGIC = Set.of("_&&_", "_||_", "!_", "_?_:_", "@not_strictly_false");
    private static final Set<String> ORDER = Set.of("_<_", "_<=_", "_>_", "_>=_");
    private static final Set<String> EQUALITY = Set.of("_==_", "_!=_");
    private static final String IN = "@in";
    private static final String SIZE = "size";
    /// A list whose length only the change knows.
    private static final int TYPICAL_LENGTH = 8;

    private final Set<String> variables = new HashSet<>();
    private final Set<String> texts = new TreeSet<>();
    private final Set<Long> numbers = new TreeSet<>();
    private final Set<String> unaskable = new TreeSet<>();
    private final long weight;
    private int depth;

    private Anatomy(CelExpr condition) {
        weight = weight(condition, 0);
        look(condition, ENDLESS);
    }

    static Anatomy of(CelExpr condition) {
        return new Anatomy(condition);
    }

    boolean speaksOf(String variable) {
        return variables.contains(variable);
    }

    /// All that it speaks of, with the names that its loops give.
    Set<String> variables() {
        return variables;
    }

    /// The texts that it compares with.
    Set<String> texts() {
        return texts;
    }

    /// The whole numbers that it compares with.
    Set<Long> numbers() {
        return numbers;
    }

    /// Variables that it asks of what cannot be tried for every value; empty: what it says can be checked.
    Set<String> unaskable() {
        return unaskable;
    }

    /// How many parts one calculation looks at, about.
    long weight() {
        return weight;
    }

    /// How deep `all`, `exists` and their like stand in one another.
    int depth() {
        return depth;
    }

    private long weight(CelExpr part, int within) {
        depth = Math.max(depth, within);
        long sum = 1;
        if (part.getKind() == Kind.COMPREHENSION) {
            CelComprehension loop = part.comprehension();
            long times = loop.iterRange().getKind() == Kind.LIST
                    ? loop.iterRange().list().elements().size()
                    : TYPICAL_LENGTH;
            long each = weight(loop.loopCondition(), within + 1) + weight(loop.loopStep(), within + 1);
            sum += weight(loop.iterRange(), within) + weight(loop.accuInit(), within) + weight(loop.result(), within);
            return sum + times * each;
        }
        for (CelExpr child : children(part)) {
            sum += weight(child, within);
        }
        return sum;
    }

    private static List<CelExpr> children(CelExpr part) {
        List<CelExpr> children = new ArrayList<>();
        switch (part.getKind()) {
            case CALL -> {
                part.call().target().ifPresent(children::add);
                children.addAll(part.call().args());
            }
            case LIST -> children.addAll(part.list().elements());
            case SELECT -> children.add(part.select().operand());
            case MAP ->
                part.map().entries().forEach(entry -> children.addAll(List.of(entry.key(), entry.value())));
            case STRUCT -> part.struct().entries().forEach(entry -> children.add(entry.value()));
            case COMPREHENSION -> {
                CelComprehension loop = part.comprehension();
                children.addAll(List.of(
                        loop.iterRange(), loop.accuInit(), loop.loopCondition(), loop.loopStep(), loop.result()));
            }
            case CONSTANT, IDENT, NOT_SET -> {}
        }
        return children;
    }

    /// @param endless variables without an end of values, here
    private void look(CelExpr part, Set<String> endless) {
        switch (part.getKind()) {
            case CONSTANT -> constant(part.constant());
            case IDENT -> variables.add(part.ident().name());
            case CALL -> call(part.call(), endless);
            case COMPREHENSION -> loop(part.comprehension(), endless);
            case LIST, SELECT, MAP, STRUCT, NOT_SET -> {
                if (part.getKind() != Kind.LIST && !spoken(part, endless).isEmpty()) {
                    unaskable.addAll(spoken(part, endless));
                }
                children(part).forEach(child -> look(child, endless));
            }
        }
    }

    private void constant(CelConstant constant) {
        switch (constant.getKind()) {
            case STRING_VALUE -> texts.add(constant.stringValue());
            case INT64_VALUE -> numbers.add(constant.int64Value());
            default -> {}
        }
    }

    private void call(CelCall call, Set<String> endless) {
        List<CelExpr> operands = new ArrayList<>();
        call.target().ifPresent(operands::add);
        operands.addAll(call.args());
        Set<String> spoken = new TreeSet<>();
        operands.forEach(operand -> spoken.addAll(spoken(operand, endless)));
        if (!spoken.isEmpty() && !askable(call.function(), operands, endless)) {
            unaskable.addAll(spoken);
        }
        operands.forEach(operand -> look(operand, endless));
    }

    private static boolean askable(String function, List<CelExpr> operands, Set<String> endless) {
        if (LOGIC.contains(function)) {
            return true;
        }
        if (function.equals(SIZE)) {
            return isOwners(operands.getFirst());
        }
        if (operands.size() != 2) {
            return false;
        }
        CelExpr left = operands.getFirst();
        CelExpr right = operands.getLast();
        if (EQUALITY.contains(function)) {
            return isPlain(left, endless) && isKnown(right) || isPlain(right, endless) && isKnown(left);
        }
        if (ORDER.contains(function)) {
            return isNumber(left) && isWhole(right) || isNumber(right) && isWhole(left);
        }
        return function.equals(IN)
                && (isPlain(left, endless) && isKnown(right) || left.getKind() == Kind.CONSTANT && isOwners(right));
    }

    /// Something whose every value is tried: a variable itself, or how many owners there are.
    private static boolean isPlain(CelExpr part, Set<String> endless) {
        return part.getKind() == Kind.IDENT && endless.contains(part.ident().name()) || isNumber(part);
    }

    private static boolean isNumber(CelExpr part) {
        return part.getKind() == Kind.IDENT && part.ident().name().equals("reached")
                || part.getKind() == Kind.CALL
                        && part.call().function().equals(SIZE)
                        && (part.call().target().map(Anatomy::isOwners).orElse(false)
                                || part.call().args().stream().anyMatch(Anatomy::isOwners));
    }

    private static boolean isOwners(CelExpr part) {
        return part.getKind() == Kind.IDENT && part.ident().name().equals("ownerGroups");
    }

    private static boolean isWhole(CelExpr part) {
        return part.getKind() == Kind.CONSTANT && part.constant().getKind() == CelConstant.Kind.INT64_VALUE;
    }

    private static boolean isKnown(CelExpr part) {
        return switch (part.getKind()) {
            case CONSTANT -> isWhole(part) || part.constant().getKind() == CelConstant.Kind.STRING_VALUE;
            case LIST -> part.list().elements().stream().allMatch(Anatomy::isKnown);
            default -> false;
        };
    }

    private void loop(CelComprehension loop, Set<String> endless) {
        look(loop.iterRange(), endless);
        Set<String> within = new HashSet<>(endless);
        if (isOwners(loop.iterRange())) {
            within.add(loop.iterVar());
            if (!isTruth(loop)) {
                unaskable.add("ownerGroups");
            }
        } else {
            unaskable.addAll(spoken(loop.iterRange(), endless));
            within.remove(loop.iterVar());
        }
        List.of(loop.accuInit(), loop.loopCondition(), loop.loopStep(), loop.result())
                .forEach(part -> look(part, within));
    }

    /// `all`, `exists` and `exists_one`, and neither `map` nor `filter`.
    private static boolean isTruth(CelComprehension loop) {
        return loop.accuInit().getKind() == Kind.CONSTANT;
    }

    private static Set<String> spoken(CelExpr part, Set<String> endless) {
        Set<String> spoken = new TreeSet<>();
        if (part.getKind() == Kind.IDENT && endless.contains(part.ident().name())) {
            spoken.add(part.ident().name());
        }
        // What a loop or a logical word says of it was looked at where it says so.
        boolean truth = part.getKind() == Kind.COMPREHENSION && isTruth(part.comprehension())
                || part.getKind() == Kind.CALL && (LOGIC.contains(part.call().function())
                        || EQUALITY.contains(part.call().function())
                        || ORDER.contains(part.call().function())
                        || part.call().function().equals(IN));
        if (!truth) {
            children(part).forEach(child -> spoken.addAll(spoken(child, endless)));
        }
        return spoken;
    }
}
