package slipway.change;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.RequestCacheConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.client.RestClient;
import slipway.decider.Wording;
import slipway.http.Person;
import slipway.http.Refusal;

/// The one door that a browser comes through: a session that begins at the issuer, for the page on which people vote and nothing else.
/// All other paths go on asking for a token with every request, and know no session.
@Configuration(proxyBeanMethods = false)
class SignInDoor {

    private static final Logger LOG = LoggerFactory.getLogger(SignInDoor.class);
    private static final Duration SESSION = Duration.ofMinutes(30);
    /// Who never comes back from the issuer is soon forgotten.
    private static final Duration AT_THE_ISSUER = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String WANTED = SignInDoor.class.getName() + ".wanted";
    /// Nothing else is ever gone back to: not what a request says, and no other site.
    private static final Pattern PAGE = Pattern.compile("/approve/[A-Za-z0-9-]{1,100}");
    private static final Pattern CODE = Pattern.compile("[a-z_]{1,60}");

    @Bean
    SignIn signIn(
            @Value("${spring.security.oauth2.resourceserver.jwt.issuer-uri}") String issuer,
            @Value("${slipway.sign-in.client-id:}") String clientId,
            @Value("${slipway.sign-in.client-secret-file:}") String secretFile,
            @Value("${slipway.public-url:}") String publicUrl) {
        return SignIn.of(issuer, clientId, secretFile, publicUrl);
    }

    @Bean
    Pages pages(SignIn signIn) {
        return new Pages(signIn);
    }

    /// Nobody's scripts read it, no other site's forms send it, and where there is TLS it never goes without.
    @Bean
    ServletContextInitializer sessionCookie(SignIn signIn) {
        return context -> {
            context.getSessionCookieConfig().setName(signIn.isSecure() ? "__Host-slipway" : "slipway");
            context.getSessionCookieConfig().setPath("/");
            context.getSessionCookieConfig().setHttpOnly(true);
            context.getSessionCookieConfig().setSecure(signIn.isSecure());
            context.getSessionCookieConfig().setAttribute("SameSite", "Lax");
            context.setSessionTimeout((int) SESSION.toMinutes());
        };
    }

    @Bean
    @Order(1)
    SecurityFilterChain approvals(HttpSecurity http, SignIn signIn, Pages pages, Clock clock) {
        http.securityMatcher("/approve/**", "/sign-in/**", SignIn.OUT)
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(pages.policy()))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN)))
                // Where to go after the sign-in is kept below, and is one of our own pages.
                .requestCache(RequestCacheConfigurer::disable);
        return signIn.client() == null ? closed(http, pages) : open(http, signIn, signIn.client(), pages, clock);
    }

    private static SecurityFilterChain closed(HttpSecurity http, Pages pages) {
        return http.csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.anyRequest().denyAll())
                .exceptionHandling(faults -> faults.authenticationEntryPoint((_, response, _) -> pages.send(
                        response,
                        HttpStatus.NOT_FOUND,
                        "There is no page to vote on here",
                        List.of("Nobody can sign in with a browser: " + SignIn.TURN_IT_ON))))
                .build();
    }

    private static SecurityFilterChain open(
            HttpSecurity http, SignIn signIn, SignIn.Client client, Pages pages, Clock clock) {
        Issuer issuer = new Issuer(signIn, client);
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .addFilterBefore(new EndOfSession(SESSION, clock), SecurityContextHolderFilter.class)
                .exceptionHandling(faults -> faults.authenticationEntryPoint(
                                (request, response, _) -> signInFirst(pages, request, response))
                        .accessDeniedHandler((_, response, _) -> pages.send(
                                response,
                                HttpStatus.FORBIDDEN,
                                "Nothing was done",
                                List.of(
                                        "You are not signed in any more, or this did not come from the page that you were shown.",
                                        "Open the link again and vote there."))))
                .oauth2Login(login -> login.loginPage("/sign-in")
                        .clientRegistrationRepository(issuer)
                        .authorizedClientRepository(new NoTokensKept())
                        .authorizationEndpoint(to -> to.baseUri(SignIn.START))
                        .redirectionEndpoint(back -> back.baseUri(SignIn.BACK))
                        .tokenEndpoint(token -> token.accessTokenResponseClient(tokens()))
                        .userInfoEndpoint(user -> user.oidcUserService(request -> {
                            try {
                                Person.of(request.getIdToken());
                            } catch (Refusal refusal) {
                                throw new OAuth2AuthenticationException(
                                        new OAuth2Error("no_person", refusal.reasons().getFirst(), null));
                            }
                            // What the token says is all that is known of them, as with every other token here.
                            return new DefaultOidcUser(List.of(), request.getIdToken());
                        }))
                        .successHandler((request, response, _) -> signedIn(pages, clock, request, response))
                        .failureHandler((_, response, fault) -> failed(pages, response, fault))
                        .addObjectPostProcessor(new ObjectPostProcessor<OAuth2AuthorizationRequestRedirectFilter>() {
                            @Override
                            public <F extends OAuth2AuthorizationRequestRedirectFilter> F postProcess(F filter) {
                                filter.setAuthenticationFailureHandler((_, response, fault) -> failed(pages, response, fault));
                                return filter;
                            }
                        }))
                .logout(out -> out.logoutUrl(SignIn.OUT)
                        .logoutSuccessHandler((_, response, _) -> pages.send(
                                response,
                                HttpStatus.OK,
                                "You are signed out",
                                List.of("Of Slipway, in this browser. Your issuer may still know you."))))
                .build();
    }

    private static void signInFirst(Pages pages, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String path = request.getServletPath();
        boolean looks = HttpMethod.GET.matches(request.getMethod()) || HttpMethod.HEAD.matches(request.getMethod());
        if (!looks || !PAGE.matcher(path).matches()) {
            pages.send(response, looks ? HttpStatus.NOT_FOUND : HttpStatus.FORBIDDEN, "Nothing was done", List.of("You are not signed in."));
            return;
        }
        HttpSession session = request.getSession();
        session.setMaxInactiveInterval((int) AT_THE_ISSUER.toSeconds());
        session.setAttribute(WANTED, path);
        pages.redirect(response, HttpStatus.FOUND, SignIn.START + "/" + SignIn.ISSUER);
    }

    private static void signedIn(Pages pages, Clock clock, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        HttpSession session = request.getSession();
        session.setMaxInactiveInterval((int) SESSION.toSeconds());
        session.setAttribute(EndOfSession.BEGAN, clock.instant());
        if (session.getAttribute(WANTED) instanceof String wanted && PAGE.matcher(wanted).matches()) {
            session.removeAttribute(WANTED);
            pages.redirect(response, HttpStatus.FOUND, wanted);
        } else {
            pages.send(response, HttpStatus.OK, "You are signed in", List.of("Open the link to the change again."));
        }
    }

    /// In our words: what came back with the browser may have been written by anybody.
    private static void failed(Pages pages, HttpServletResponse response, AuthenticationException fault) throws IOException {
        LOG.warn("a sign-in failed: {}", Wording.shortened(Wording.seen(String.valueOf(fault.getMessage()))));
        String code = fault instanceof OAuth2AuthenticationException known && CODE.matcher(known.getError().getErrorCode()).matches()
                ? known.getError().getErrorCode()
                : "the issuer cannot be asked";
        pages.send(
                response,
                HttpStatus.UNAUTHORIZED,
                "You are not signed in",
                List.of(
                        "The sign-in did not come to an end: " + code + ".",
                        "Open the link to the change again. If it goes on, an operator finds more in the log of change-service."));
    }

    /// Asked for when the first person signs in, not at the start: services start in any order.
    private static final class Issuer implements ClientRegistrationRepository {

        private final SignIn signIn;
        private final SignIn.Client client;
        private volatile @Nullable ClientRegistration known;

        Issuer(SignIn signIn, SignIn.Client client) {
            this.signIn = signIn;
            this.client = client;
        }

        @Override
        public @Nullable ClientRegistration findByRegistrationId(String registrationId) {
            if (!registrationId.equals(SignIn.ISSUER)) {
                return null;
            }
            ClientRegistration registration = known;
            if (registration == null) {
                registration = ClientRegistrations.fromIssuerLocation(signIn.issuer())
                        .registrationId(SignIn.ISSUER)
                        .clientId(client.id())
                        .clientSecret(client.secret())
                        .redirectUri(signIn.back())
                        .scope(Set.of("openid"))
                        .clientSettings(ClientRegistration.ClientSettings.builder()
                                .requireProofKey(true)
                                .build())
                        .build();
                known = registration;
            }
            return registration;
        }
    }

    /// An issuer that hangs keeps nobody for ever.
    private static RestClientAuthorizationCodeTokenResponseClient tokens() {
        JdkClientHttpRequestFactory http =
                new JdkClientHttpRequestFactory(HttpClient.newBuilder().connectTimeout(PATIENCE).build());
        http.setReadTimeout(PATIENCE);
        RestClientAuthorizationCodeTokenResponseClient tokens = new RestClientAuthorizationCodeTokenResponseClient();
        tokens.setRestClient(RestClient.builder()
                .requestFactory(http)
                .configureMessageConverters(converters -> converters
                        .addCustomConverter(new FormHttpMessageConverter())
                        .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
                .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
                .build());
        return tokens;
    }

    /// Nothing is asked of the issuer in anybody's name afterwards.
    private static final class NoTokensKept implements OAuth2AuthorizedClientRepository {

        @Override
        public <T extends OAuth2AuthorizedClient> @Nullable T loadAuthorizedClient(
                String registrationId, Authentication principal, HttpServletRequest request) {
            return null;
        }

        @Override
        public void saveAuthorizedClient(
                OAuth2AuthorizedClient client, Authentication principal, HttpServletRequest request, HttpServletResponse response) {}

        @Override
        public void removeAuthorizedClient(
                String registrationId, Authentication principal, HttpServletRequest request, HttpServletResponse response) {}
    }
}
