package slipway.launcher.compose;

import java.util.List;
import slipway.launcher.local.Addresses;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;

/// The names by which the containers of `docker-compose.yml` reach each other; ports are the usual ones.
final class Containers implements Addresses {

    private final Ports ports = Ports.standard();

    @Override
    public List<String> urls(For whom) {
        return List.of("http://" + address(whom));
    }

    @Override
    public String address(For whom) {
        return switch (whom) {
            case CHANGE -> usual("change-service", whom);
            case RELEASE -> usual("release-service", whom);
            case BACKUP -> usual("backup-service", whom);
            case NOTIFICATION -> usual("notification-service", whom);
            case AUDIT -> usual("audit-service", whom);
            case ISSUER -> usual("issuer", whom);
            // One stock web server stands for all seven.
            case WEB_DEV, WEB_QA, WEB_STAGING, WEB_PROD_1, WEB_PROD_2, WEB_PROD_3, WEB_PROD_4 -> usual("estate", whom);
            case INVENTORY -> "estate-db:5432";
            case POSTGRES -> "postgres:5432";
            case REGISTRY -> "registry:8080";
            case SMTP -> "mailpit:1025";
            case KAFKA, CONTROLLER -> "kafka:19092";
        };
    }

    private String usual(String host, For whom) {
        return host + ":" + ports.of(whom);
    }
}
