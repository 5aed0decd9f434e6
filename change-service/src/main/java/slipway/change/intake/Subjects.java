package slipway.change.intake;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// What changes were written for, and what they and evidence are about, such as a commit: by it they find each other, whichever came first.
@Component
class Subjects {

    /// Given before a request, and looked at for it.
    private static final int MOST_EVIDENCE = 50;

    private final JdbcClient jdbc;

    Subjects(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// The change that was written for what its source speaks of, such as a pull request. Who asks about the same at the same moment waits
    /// here.
    Optional<String> writtenFor(String source, String subject) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 5))")
                .param(source + "\n" + subject)
                .query((_, _) -> true)
                .single();
        return jdbc.sql("select change_id from delivery_subject where source = ? and subject = ?")
                .params(source, subject)
                .query(String.class)
                .optional();
    }

    /// The change that was written for it.
    ///
    /// @param delivery by which it is as it was there
    void written(String source, String subject, String changeId, String delivery) {
        jdbc.sql("insert into delivery_subject (source, subject, change_id, delivery_id) values (?, ?, ?, ?)")
                .params(source, subject, changeId, delivery)
                .update();
    }

    /// The delivery by which the change was last as it is there; empty: nobody knows.
    Optional<String> mirrored(String source, String subject) {
        return jdbc.sql("select delivery_id from delivery_subject where source = ? and subject = ? and delivery_id is not null")
                .params(source, subject)
                .query(String.class)
                .optional();
    }

    /// Given up: what its source says of it from now on is of another change.
    void forget(String source, String subject) {
        jdbc.sql("delete from delivery_subject where source = ? and subject = ?").params(source, subject).update();
    }

    void mirrors(String source, String subject, String delivery) {
        jdbc.sql("update delivery_subject set delivery_id = ? where source = ? and subject = ?")
                .params(delivery, source, subject)
                .update();
    }

    /// A change is about this from now on.
    ///
    /// @param about in order
    /// @return ids of the deliveries that said something about the same before, the oldest first; of very many the newest
    List<String> requested(String changeId, List<String> about) {
        waitFor(about);
        about.forEach(each -> jdbc.sql("insert into change_about (about, change_id) values (?, ?) on conflict do nothing")
                .params(each, changeId)
                .update());
        return jdbc.sql(
                        """
                        select id from (
                            select id, number from delivery where forgotten_at is null
                                and id in (select delivery_id from evidence_about where about = any (?))
                            order by number desc limit ?) newest
                        order by number
                        """)
                .param(1, about.toArray(String[]::new))
                .param(2, MOST_EVIDENCE)
                .query(String.class)
                .list();
    }

    /// A delivery says something about this.
    ///
    /// @param about in order
    /// @return the changes that are about the same
    List<String> shown(String deliveryId, List<String> about) {
        waitFor(about);
        about.forEach(each -> jdbc.sql("insert into evidence_about (about, delivery_id) values (?, ?) on conflict do nothing")
                .params(each, deliveryId)
                .update());
        return changes(about);
    }

    boolean isAbout(String changeId, String what) {
        return jdbc.sql("select exists (select from change_about where change_id = ? and about = ?)")
                .params(changeId, what)
                .query(Boolean.class)
                .single();
    }

    /// A delivery says more of what there is no change for yet.
    void early(String source, String subject, String deliveryId) {
        jdbc.sql("insert into early_link (source, subject, delivery_id) values (?, ?, ?) on conflict do nothing")
                .params(source, subject, deliveryId)
                .update();
    }

    /// Those that did, in the order in which they came.
    List<String> early(String source, String subject) {
        return jdbc.sql(
                        """
                        select delivery.id from early_link join delivery on delivery.id = early_link.delivery_id
                        where early_link.source = ? and subject = ? and forgotten_at is null order by number
                        """)
                .params(source, subject)
                .query(String.class)
                .list();
    }

    /// The changes that are about one of these.
    List<String> changes(List<String> about) {
        return jdbc.sql("select distinct change_id from change_about where about = any (?) order by change_id")
                .param(1, about.toArray(String[]::new))
                .query(String.class)
                .list();
    }

    /// The changes that are about one of these, the oldest first, or about something of which a delivery says that it is of one of these, as an artifact is of the
    /// change that it was packaged from.
    ///
    /// @param about in order
    List<String> same(List<String> about) {
        waitFor(about);
        return jdbc.sql(
                        """
                        select change_id from change_about where about = any (:about) or about in (
                            select other.about from evidence_about one join evidence_about other on other.delivery_id = one.delivery_id
                            where one.about = any (:about))
                        group by change_id order by length(change_id), change_id
                        """)
                .param("about", about.toArray(String[]::new))
                .query(String.class)
                .list();
    }

    /// Who speaks of the same at the same moment waits here: evidence and request must not miss each other.
    private void waitFor(List<String> about) {
        about.forEach(each -> jdbc.sql("select pg_advisory_xact_lock(hashtextextended(?, 6))")
                .param(each)
                .query((_, _) -> true)
                .single());
    }
}
