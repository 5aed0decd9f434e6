package slipway.audit;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.BinarySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import slipway.http.Described;

/// The interface in the words of OpenAPI, as far as methods do not say it.
@Configuration
class Description {

    private static final String EVIDENCE = "/evidence";

    @Bean
    OpenAPI openApi() {
        return Described.service(
                "audit-service",
                """
                What happened, provably: timeline, search, any moment, metrics, replay, verification, evidence.

                Besides what is listed, `/log/tile/` has the tiles of the transparency log and what their leaves stand for, as \
                `application/octet-stream`, at the addresses of C2SP tlog-tiles (https://c2sp.org/tlog-tiles).\
                """);
    }

    @Bean
    OpenApiCustomizer described() {
        return api -> {
            api.getPaths()
                    .get(EVIDENCE)
                    .getGet()
                    .getResponses()
                    .get("200")
                    .description("The pack.")
                    .content(new Content().addMediaType("application/zip", new MediaType().schema(new BinarySchema())));
            api.getPaths()
                    .get("/replays")
                    .getPost()
                    .requestBody(new RequestBody()
                            .description("Which stories; none: all.")
                            .content(new Content()
                                    .addMediaType(
                                            "application/json",
                                            new MediaType()
                                                    .schema(new ObjectSchema()
                                                            .addProperty("change", new StringSchema().description("One story."))
                                                            .addProperty("from", new StringSchema().description("Those that began then or later."))
                                                            .addProperty("to", new StringSchema().description("Those that began before."))))));
            Described.refusals(api, Description::refusals);
        };
    }

    private static Map<String, String> refusals(Described.Asked asked) {
        String path = asked.path();
        boolean pack = path.equals(EVIDENCE);
        boolean run = path.startsWith("/replays") || path.startsWith("/verifications");
        Map<String, String> refusals = new LinkedHashMap<>();
        refusals.put("400", "Not readable: every fault is named.");
        refusals.put("401", "No token, or one that is not good.");
        if (pack || run) {
            refusals.put("403", "For people of another group.");
        }
        if (pack || path.contains("{") || path.equals("/log/checkpoint")) {
            refusals.put("404", "There is no such thing.");
        }
        if (pack || asked.method() == PathItem.HttpMethod.POST) {
            refusals.put("409", pack ? "Not now: facts are missing or not signed for, or another pack is made." : "Not now: another one is under way.");
        }
        if (pack) {
            refusals.put("413", "Larger than anybody opens: ask for fewer changes.");
        }
        refusals.put("503", "Not now, or not in the time that a question may take: ask for less, or try again.");
        return refusals;
    }
}
