package slipway.messaging;

import org.springframework.jdbc.core.simple.JdbcClient;

/// Ids that people read, such as `CHG-7`: a sequence of the database counts them.
public final class Numbers {

    private final JdbcClient jdbc;
    private final String prefix;
    private final String sequence;

    /// @param sequence its name in the database
    Numbers(JdbcClient jdbc, String prefix, String sequence) {
        this.jdbc = jdbc;
        this.prefix = prefix;
        this.sequence = sequence;
    }

    /// Never given before.
    public String next() {
        return prefix + jdbc.sql("select nextval(cast(? as regclass))").param(sequence).query(Long.class).single();
    }

    /// Goes on behind the last one that the journal knows.
    void catchUp() {
        jdbc.sql(
                        """
                        with known as (
                            select max(substr(aggregate_id, length(:prefix) + 1)::bigint) as number from journal
                            where aggregate_id ~ ('^' || :prefix || '[0-9]{1,18}$'))
                        select setval(cast(:sequence as regclass), number) from known
                        where number > nextval(cast(:sequence as regclass))
                        """)
                .param("prefix", prefix)
                .param("sequence", sequence)
                .query(Long.class)
                .list();
    }
}
