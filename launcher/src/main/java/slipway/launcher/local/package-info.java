/// Everything that the services need, on one machine and on its loopback only: broker, databases, registry, issuer, mailbox.
@NullMarked
package slipway.launcher.local;

import org.jspecify.annotations.NullMarked;
