/// A small real estate to release to: web servers, configuration, a Git repository, a database with data.
@NullMarked
package slipway.launcher.estate;

import org.jspecify.annotations.NullMarked;
