package slipway.decider;

import java.util.List;

/// The answer to a command.
///
/// @param <E> facts
public sealed interface Decision<E> {

    /// The facts that are now true. Empty when the command asked for what already is: a repetition is no fault.
    record Accepted<E>(List<E> facts) implements Decision<E> {
        public Accepted {
            facts = List.copyOf(facts);
        }
    }

    /// Every reason why not, each a sentence for the person who asked.
    record Refused<E>(List<String> reasons) implements Decision<E> {
        public Refused {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("a refusal names its reasons");
            }
        }
    }

    @SafeVarargs
    static <E> Decision<E> accept(E... facts) {
        return new Accepted<>(List.of(facts));
    }

    static <E> Decision<E> accept(List<? extends E> facts) {
        return new Accepted<>(List.copyOf(facts));
    }

    /// Nothing new: what was asked already is, or no longer matters.
    static <E> Decision<E> nothing() {
        return new Accepted<>(List.of());
    }

    static <E> Decision<E> refuse(String... reasons) {
        return new Refused<>(List.of(reasons));
    }

    static <E> Decision<E> refuse(List<String> reasons) {
        return new Refused<>(reasons);
    }
}
