package slipway.upgrade;

import org.springframework.jdbc.core.simple.JdbcClient;
import slipway.messaging.NotYet;

/// What a job of either version does: only when it is let, and everybody sees who did it how often.
record Outside(JdbcClient jdbc) {

    void act(String version, String release) throws NotYet {
        boolean let = jdbc.sql("select exists (select from permits where release = ?)")
                .param(release)
                .query(Boolean.class)
                .single();
        if (!let) {
            throw new NotYet(release + " is not let");
        }
        jdbc.sql("insert into effects (by_version, release) values (?, ?)")
                .params(version, release)
                .update();
    }
}
