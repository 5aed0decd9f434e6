package slipway.audit;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.audit.evidence.EvidencePacks;
import slipway.audit.evidence.Scope;
import slipway.audit.evidence.Written;
import slipway.http.Person;
import slipway.http.Refusal;
import slipway.wire.RegistryClient;

/// Evidence packs, for auditors and operators: of one change (`change`), or of a sample of those of a period (`from`, `to`, `sample`, `seed`).
///
/// `kept` are sizes of checkpoints that whoever asks has from before: the pack then proves that the log goes on from them.
///
/// 400 names each parameter that is wrong; 404: there is no such change; 409: facts of it are not there or not signed for yet, or another pack
/// is being made; 413: it would be larger than anybody opens; 503: schemas cannot be asked for.
@RestController
class EvidenceController {

    private final EvidencePacks packs;

    EvidenceController(EvidencePacks packs) {
        this.packs = packs;
    }

    /// A zip, of which nothing is sent before all of it is made: what cannot be made is told as what it is.
    @GetMapping("/evidence")
    void evidence(
            @AuthenticationPrincipal Jwt token,
            @RequestParam(required = false) @Nullable String change,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String sample,
            @RequestParam(required = false) @Nullable String seed,
            @RequestParam(defaultValue = "") List<String> kept,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        Person person = ReplayController.auditor(token);
        Parameters parameters = new Parameters();
        List<Long> sizes = kept.stream().map(each -> parameters.number("kept", each, 1, Long.MAX_VALUE)).toList();
        Scope scope = scope(parameters, change, from, to, sample, seed);
        Written pack = write(scope, sizes, person, token);
        response.setContentType("application/zip");
        response.setHeader("Content-Disposition", "attachment; filename=\"evidence.zip\"");
        pack.writeTo(response.getOutputStream());
    }

    private Written write(Scope scope, List<Long> kept, Person person, Jwt token) throws InterruptedException {
        try {
            return packs.write(scope, kept, person.id(), token.getTokenValue()).orElseThrow(() -> Refusal.unknown("there is no change " + change(scope)));
        } catch (EvidencePacks.NotNow e) {
            throw Refusal.conflict(List.of(String.valueOf(e.getMessage())));
        } catch (EvidencePacks.TooLarge e) {
            throw Refusal.tooLarge(String.valueOf(e.getMessage()));
        } catch (RegistryClient.Unavailable e) {
            throw Refusal.unavailable(String.valueOf(e.getMessage()));
        }
    }

    private static String change(Scope scope) {
        return scope instanceof Scope.OfChange(var change) ? change : "";
    }

    private static Scope scope(
            Parameters parameters,
            @Nullable String change,
            @Nullable String from,
            @Nullable String to,
            @Nullable String sample,
            @Nullable String seed) {
        Instant since = parameters.time("from", from);
        Instant until = parameters.time("to", to);
        long size = parameters.number("sample", sample, 1, Scope.OfPeriod.MOST);
        long dice = parameters.number("seed", seed, Long.MIN_VALUE, Long.MAX_VALUE);
        if (change != null) {
            if (change.isBlank()) {
                parameters.fault("change: which one?");
            }
            if (from != null || to != null || sample != null || seed != null) {
                parameters.fault("change: one change has no period and no sample; say either");
            }
            parameters.check();
            return new Scope.OfChange(change);
        }
        if (from == null) {
            parameters.fault("from: is missing, as is change");
        }
        if (to == null) {
            parameters.fault("to: is missing");
        }
        if (sample == null) {
            parameters.fault("sample: is missing: how many changes are to be drawn?");
        }
        if (seed == null) {
            parameters.fault("seed: is missing: any number, chosen by whoever audits");
        }
        if (since != null && until != null && !since.isBefore(until)) {
            parameters.fault("to: is not after from");
        }
        parameters.check();
        if (since == null || until == null) {
            throw new IllegalStateException("was checked");
        }
        return new Scope.OfPeriod(since, until, Math.toIntExact(size), dice);
    }
}
