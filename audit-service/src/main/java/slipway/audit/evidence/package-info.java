/// What an auditor takes home: facts with their proofs, what decided about them, and a report of it for people.
@NullMarked
package slipway.audit.evidence;

import org.jspecify.annotations.NullMarked;
