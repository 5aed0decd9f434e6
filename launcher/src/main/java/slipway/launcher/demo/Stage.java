package slipway.launcher.demo;

import java.util.Map;
import slipway.launcher.estate.Site;
import slipway.launcher.estate.Warehouse;
import slipway.launcher.local.Addresses;

/// Where the play happens: a Slipway that runs, and the estate that it delivers to.
///
/// @param addresses of the services and of the issuer of tokens
/// @param kafka settings of a client that may read facts, `bootstrap.servers` at least
/// @param registry URL of the schema registry
public record Stage(Addresses addresses, Map<String, Object> kafka, String registry, Site site, Warehouse warehouse) {}
