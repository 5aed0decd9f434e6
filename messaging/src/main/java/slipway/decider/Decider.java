package slipway.decider;

/// The rules of one kind of aggregate. Pure: time and identity come in the command, so a decision can be replayed.
///
/// @param <C> commands, imperative: what can still be refused
/// @param <S> states: each carries only what its next decision needs
/// @param <E> facts, past tense: what can no longer be refused
public interface Decider<C, S, E> {

    /// The state before the first fact.
    S initial();

    /// Decides; a refusal is a value, never an exception.
    Decision<E> decide(C command, S state);

    /// Applies one fact. Total: every fact has a meaning in every state that can precede it.
    S evolve(S state, E fact);
}
