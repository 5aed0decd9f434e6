package slipway.release;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import slipway.messaging.Cause;
import slipway.messaging.Decisions;
import slipway.release.Authorised.Last;
import slipway.release.Catalogue.Environment;
import slipway.release.Catalogue.Site;
import slipway.release.domain.ByComponent;
import slipway.release.domain.DriftDecider;
import slipway.release.domain.DriftEvent;
import slipway.release.domain.Shape;

/// Looks now and then whether environments still run what was released there. Only those that a release was in, and while none works
/// there: what is authorised before the first release nobody knows.
@Component
class DriftWatch {

    private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);

    private final Decisions<DriftDecider.Look, DriftDecider.Known, DriftEvent> drifts;
    private final Authorised authorised;
    private final Catalogue catalogue;
    private final TransactionTemplate transaction;

    DriftWatch(
            Decisions<DriftDecider.Look, DriftDecider.Known, DriftEvent> drifts,
            Authorised authorised,
            Catalogue catalogue,
            TransactionTemplate transaction) {
        this.drifts = drifts;
        this.authorised = authorised;
        this.catalogue = catalogue;
        this.transaction = transaction;
    }

    @Scheduled(fixedDelayString = "${slipway.drift-every:60s}", initialDelayString = "${slipway.drift-every:60s}")
    void look() throws InterruptedException {
        for (Last last : authorised.idle()) {
            // As the last release moved it: what another deployer sees there is not what that one left.
            Optional<Environment> environment =
                    catalogue.environment(last.service(), last.environment(), last.deployer());
            if (environment.isPresent()) {
                try {
                    look(last, environment.get());
                } catch (RuntimeException e) {
                    // Whatever is wrong here, the other environments are looked at.
                    LOG.warn("drift of {} of {} is not decided: {}", last.environment(), last.service(), Fault.inWords(e));
                }
            }
        }
    }

    private void look(Last last, Environment environment) throws InterruptedException {
        Shape observed = Shape.of();
        Set<String> unseen = new TreeSet<>();
        for (Site site : environment.sites()) {
            try {
                observed = observed.with(site.component(), site.look());
            } catch (IOException | RuntimeException e) {
                // Nobody can tell, so it is no drift; whoever watches it knows that it does not answer.
                Fault.unlessStopping();
                LOG.warn("{} of {} cannot be looked at: {}", last.environment(), last.service(), Fault.inWords(e));
                unseen.add(site.component());
            }
        }
        if (unseen.size() < environment.sites().size()) {
            decide(last, observed, unseen);
        }
    }

    private void decide(Last last, Shape observed, Set<String> unseen) {
        transaction.executeWithoutResult(_ -> {
            // A release may have begun since: then what was seen is its work.
            if (authorised.isStill(last)) {
                drifts.decide(
                        "ENV-" + last.service() + "-" + last.environment(),
                        new DriftDecider.Look(
                                last.service(),
                                last.environment(),
                                last.releaseId(),
                                List.copyOf(last.changeIds()),
                                last.digest() == null
                                        ? null
                                        : ByComponent.read(last.digest()).without(unseen).text(),
                                observed,
                                unseen),
                        Cause.service("release-service"));
            }
        });
    }
}
