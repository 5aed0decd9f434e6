/// How each kind of system is captured, restored into scratch and put back. A recipe knows its system and nothing else: not
/// encryption, not copies, not facts.
@NullMarked
package slipway.backup.recipe;

import org.jspecify.annotations.NullMarked;
