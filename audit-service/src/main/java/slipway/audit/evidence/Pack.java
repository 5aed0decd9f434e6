package slipway.audit.evidence;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import slipway.audit.evidence.Gathering.Gathered;
import slipway.audit.transparency.Hash;
import slipway.audit.transparency.Tree;

/// All that a pack says, before it is written out.
///
/// @param person who asked for it
/// @param key by which the checkpoint is verified
/// @param checkpoint the signed note under which all proofs are
/// @param tree of its size
/// @param kept sizes of earlier checkpoints that somebody has: that the tree goes on from them is proven, too
/// @param schemas by which the facts were written, by id
/// @param manifests of backup sets, by set
/// @param missing what should be here and is not, and why
record Pack(
        Scope scope,
        Instant createdAt,
        String person,
        String key,
        String checkpoint,
        Tree tree,
        Hash root,
        List<Long> kept,
        Gathered gathered,
        List<Controls.Mapped> controls,
        Map<Integer, String> schemas,
        Map<String, byte[]> manifests,
        List<String> missing) {}
