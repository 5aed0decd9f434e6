package slipway.notification;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.springframework.web.util.UriUtils;
import slipway.events.change.ApprovalEscalated;
import slipway.events.change.ApprovalRequested;
import slipway.http.Misconfigured;

/// The page on which people vote. The link opens it and decides nothing: whoever follows it, a mail scanner too, only looks.
///
/// @param base what its address begins with; empty: there is no link
record DecideLink(String base) {

    /// What its line says before it.
    static final String BEFORE = "Decide: ";

    static final DecideLink NONE = new DecideLink("");

    /// @throws Misconfigured for what no browser should be sent to
    static DecideLink at(String url) {
        if (url.isBlank()) {
            return NONE;
        }
        try {
            URI uri = new URI(url.strip());
            boolean good = ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
            if (good) {
                return new DecideLink(url.strip().replaceAll("/+$", ""));
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new Misconfigured(List.of(
                "SLIPWAY_CHANGE_URL: must be an address such as https://slipway.example.org, not '" + Outside.shown(url) + "'"));
    }

    /// What is said of a fact, and the link where it asks for a vote.
    Wording beside(SpecificRecord fact, Wording words) {
        if (base.isEmpty() || !(fact instanceof ApprovalRequested || fact instanceof ApprovalEscalated)) {
            return words;
        }
        List<String> details = new ArrayList<>(words.details());
        String page = base + "/approve/" + UriUtils.encodePathSegment(Message.meta(fact).getAggregateId(), "UTF-8");
        details.add(BEFORE + page);
        return new Wording(words.headline(), details, page);
    }
}
