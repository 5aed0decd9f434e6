package slipway.change;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.Filter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

/// The door by itself, as it is set up.
class SignInDoorTest {

    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    @TempDir
    Path folder;

    /// No `@Configuration`: the whole service would find it.
    @EnableWebSecurity
    static class Web {
        @Bean
        Clock clock() {
            return Clock.fixed(NOW, ZoneOffset.UTC);
        }
    }

    private static AnnotationConfigWebApplicationContext door(Map<String, Object> settings) {
        AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
        context.setServletContext(new MockServletContext());
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        context.register(Web.class, SignInDoor.class);
        context.refresh();
        return context;
    }

    @Test
    void where_nobody_can_sign_in_there_is_no_page_but_a_word_how_to_get_one() throws Exception {
        try (AnnotationConfigWebApplicationContext context =
                door(Map.of("spring.security.oauth2.resourceserver.jwt.issuer-uri", "http://localhost:1"))) {
            for (String method : new String[] {"GET", "POST"}) {
                MockHttpServletResponse answer = new MockHttpServletResponse();
                context.getBean("springSecurityFilterChain", Filter.class)
                        .doFilter(request(method), answer, new MockFilterChain());
                assertThat(answer.getStatus()).isEqualTo(404);
                assertThat(answer.getContentAsString()).contains("set SLIPWAY_SIGN_IN_CLIENT_ID and SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE");
                assertThat(answer.getHeader("Content-Security-Policy")).contains("default-src 'none'");
            }
        }
    }

    @Test
    void behind_tls_the_cookie_never_goes_without_and_no_host_that_a_request_names_is_gone_to() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret");
        try (AnnotationConfigWebApplicationContext context = door(Map.of(
                "spring.security.oauth2.resourceserver.jwt.issuer-uri", "http://localhost:1",
                "slipway.sign-in.client-id", "page",
                "slipway.sign-in.client-secret-file", secret.toString(),
                "slipway.public-url", "https://slipway.example.org"))) {
            MockServletContext servlets = new MockServletContext();
            context.getBean(ServletContextInitializer.class).onStartup(servlets);
            assertThat(servlets.getSessionCookieConfig().isSecure()).isTrue();
            assertThat(servlets.getSessionCookieConfig().isHttpOnly()).isTrue();
            assertThat(servlets.getSessionCookieConfig().getName()).startsWith("__Host-");

            MockHttpServletRequest request = request("GET");
            request.setServerName("evil.example");
            MockHttpServletResponse answer = new MockHttpServletResponse();
            context.getBean("springSecurityFilterChain", Filter.class).doFilter(request, answer, new MockFilterChain());
            assertThat(answer.getHeader("Location")).isEqualTo("https://slipway.example.org/sign-in/to/issuer");

            MockHttpServletResponse away = new MockHttpServletResponse();
            MockHttpServletRequest toIssuer = new MockHttpServletRequest("GET", "/sign-in/to/issuer");
            toIssuer.setServletPath("/sign-in/to/issuer");
            context.getBean("springSecurityFilterChain", Filter.class).doFilter(toIssuer, away, new MockFilterChain());
            assertThat(away.getStatus()).as("the issuer does not answer").isEqualTo(401);
            assertThat(away.getContentAsString()).contains("the issuer cannot be asked");
        }
    }

    @Test
    void a_session_ends_half_an_hour_after_its_sign_in_however_busy_it_is() throws Exception {
        EndOfSession end = new EndOfSession(Duration.ofMinutes(30), Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(ends(end, NOW.minusSeconds(30 * 60 - 1))).isFalse();
        assertThat(ends(end, NOW.minusSeconds(30 * 60))).isTrue();
    }

    private static boolean ends(EndOfSession end, Instant began) throws Exception {
        MockHttpSession session = new MockHttpSession();
        session.setAttribute(EndOfSession.BEGAN, began);
        MockHttpServletRequest request = request("GET");
        request.setSession(session);
        end.doFilter(request, new MockHttpServletResponse(), new MockFilterChain());
        return session.isInvalid();
    }

    private static MockHttpServletRequest request(String method) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/approve/CHG-7");
        request.setServletPath("/approve/CHG-7");
        return request;
    }
}
