/// A transparency log: an append-only Merkle tree ([RFC 6962](https://www.rfc-editor.org/rfc/rfc6962#section-2.1)) in plain files
/// ([C2SP tlog-tiles](https://c2sp.org/tlog-tiles)) under signed checkpoints ([C2SP tlog-checkpoint](https://c2sp.org/tlog-checkpoint)).
/// Knows nothing of facts, Kafka or databases: whoever has the files and a public key can check all of it with other people's tools.
@NullMarked
package slipway.audit.transparency;

import org.jspecify.annotations.NullMarked;
