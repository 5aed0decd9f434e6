/// The rules of evidence: order without gap, an unbroken chain of hashes, causes before effects, one digest of
/// everything.
@NullMarked
package slipway.audit.domain;

import org.jspecify.annotations.NullMarked;
