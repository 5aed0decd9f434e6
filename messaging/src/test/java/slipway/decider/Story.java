package slipway.decider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// A rule told as a sentence: given facts, when a command comes, then these facts or this refusal. A story that goes on is another
/// one: the first can be told with another ending.
public final class Story<C, S, E> {

    private final Decider<C, S, E> decider;
    private final List<E> facts;

    private Story(Decider<C, S, E> decider, List<E> facts) {
        this.decider = decider;
        this.facts = List.copyOf(facts);
    }

    public static <C, S, E> Story<C, S, E> of(Decider<C, S, E> decider) {
        return new Story<>(decider, List.of());
    }

    /// What has happened so far.
    @SafeVarargs
    public final Story<C, S, E> given(E... happened) {
        List<E> more = new ArrayList<>(facts);
        more.addAll(List.of(happened));
        return new Story<>(decider, more);
    }

    /// Commands that were accepted earlier: their facts join what has happened. Fails when one is refused.
    @SafeVarargs
    public final Story<C, S, E> after(C... commands) {
        Story<C, S, E> told = this;
        for (C command : commands) {
            List<E> more = new ArrayList<>(told.facts);
            more.addAll(told.when(command).facts());
            told = new Story<>(decider, more);
        }
        return told;
    }

    /// What is asked now.
    public Ending<E> when(C command) {
        return new Ending<>(decider.decide(command, state()));
    }

    /// The state that the facts so far amount to.
    public S state() {
        S state = decider.initial();
        for (E fact : facts) {
            state = decider.evolve(state, fact);
        }
        return state;
    }

    public record Ending<E>(Decision<E> decision) {

        @SafeVarargs
        public final void then(E... expected) {
            assertThat(facts()).containsExactly(expected);
        }

        @SafeVarargs
        public final void thenKinds(Class<? extends E>... kinds) {
            List<Class<?>> seen = new ArrayList<>();
            facts().forEach(fact -> seen.add(fact.getClass()));
            assertThat(seen).containsExactly(kinds);
        }

        public void thenNothing() {
            assertThat(facts()).isEmpty();
        }

        /// Every reason, in order; each expectation is a part of the reason's sentence.
        public void thenRefused(String... partsOfReasons) {
            assertThat(decision).isInstanceOf(Decision.Refused.class);
            List<String> reasons = ((Decision.Refused<E>) decision).reasons();
            assertThat(reasons).hasSize(partsOfReasons.length);
            for (int i = 0; i < partsOfReasons.length; i++) {
                assertThat(reasons.get(i)).contains(partsOfReasons[i]);
            }
        }

        public List<E> facts() {
            assertThat(decision).isInstanceOf(Decision.Accepted.class);
            return ((Decision.Accepted<E>) decision).facts();
        }

        /// The one fact of this kind.
        public <T extends E> T fact(Class<T> kind) {
            return facts().stream()
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " in " + facts()));
        }
    }
}
