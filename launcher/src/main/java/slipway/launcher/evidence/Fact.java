package slipway.launcher.evidence;

import org.apache.avro.generic.IndexedRecord;
import slipway.audit.domain.Entry;

/// A fact of the pack, as its bytes say it.
///
/// @param leaf its place in the log
/// @param said in this program's words, so that it can be asked of the domain
record Fact(long leaf, Entry entry, IndexedRecord said) {

    /// For people.
    String name() {
        return entry.type() + " of " + entry.aggregateId() + " (fact " + entry.sequence() + ")";
    }

    String type() {
        return entry.type();
    }
}
