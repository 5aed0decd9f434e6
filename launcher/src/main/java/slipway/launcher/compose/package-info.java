/// What the containers of `docker-compose.yml` run of the command line, beside the services.
@NullMarked
package slipway.launcher.compose;

import org.jspecify.annotations.NullMarked;
