package slipway.messaging;

/// What a service decides by itself at its start, such as what its files say. Before that it is known that its journal is whole, and
/// nothing else moves yet.
@FunctionalInterface
public interface Beginning {

    void begin();
}
