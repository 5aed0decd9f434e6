package slipway.change.domain;

import java.util.ArrayList;
import java.util.List;

/// All environments that changes may go to.
///
/// @param inOrder of promotion
public record Environments(List<String> inOrder) {

    /// Those that there are not.
    List<String> faults(String field, List<String> named) {
        return named.stream()
                .filter(name -> !inOrder.contains(name))
                .map(name -> field + ": there is no environment '" + name + "'; there are " + inOrder)
                .toList();
    }

    /// The same, and a wrong order.
    List<String> faultsInOrder(String field, List<String> named) {
        List<String> faults = new ArrayList<>(faults(field, named));
        List<String> sorted = inOrder.stream().filter(named::contains).toList();
        if (faults.isEmpty() && sorted.size() == named.size() && !sorted.equals(named)) {
            faults.add(field + ": must be in the order of promotion: " + String.join(", ", sorted));
        }
        return faults;
    }
}
