package slipway.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.web.OAuth2ResourceServerWebSecurityAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.oauth2.server.resource.web.access.BearerTokenAccessDeniedHandler;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import tools.jackson.databind.json.JsonMapper;

/// Who may ask what over HTTP: every request carries a token of the issuer, except for health and metrics. What is behind the
/// door, the rules of the domain decide; operating the service is for the group `operators`.
@AutoConfiguration(before = OAuth2ResourceServerWebSecurityAutoConfiguration.class)
public class HttpAutoConfiguration {

    private static final String OPERATORS = "operators";

    @Bean
    SecurityFilterChain doors(HttpSecurity http, JsonMapper json) {
        BearerTokenAuthenticationEntryPoint challenge = new BearerTokenAuthenticationEntryPoint();
        BearerTokenAccessDeniedHandler denial = new BearerTokenAccessDeniedHandler();
        return http.csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests
                        .requestMatchers(
                                EndpointRequest.to("health", "info", "prometheus"))
                        .permitAll()
                        // What may be asked is no secret.
                        .requestMatchers("/v3/api-docs/**")
                        .permitAll()
                        // What waits holds what it is about: requests, names, faults.
                        .requestMatchers(EndpointRequest.to("parked"))
                        .hasAuthority(OPERATORS)
                        .requestMatchers(EndpointRequest.toAnyEndpoint().withHttpMethod(HttpMethod.POST))
                        .hasAuthority(OPERATORS)
                        .anyRequest()
                        .authenticated())
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtAuthenticationConverter(groups()))
                        .authenticationEntryPoint((request, response, fault) -> {
                            challenge.commence(request, response, fault);
                            tell(json, response, HttpStatus.UNAUTHORIZED, fault.getMessage());
                        })
                        .accessDeniedHandler((request, response, fault) -> {
                            denial.handle(request, response, fault);
                            tell(json, response, HttpStatus.FORBIDDEN, fault.getMessage());
                        }))
                .build();
    }

    /// What the firewall in front of everything does not let in, also where a controller comes to read it.
    @Bean
    RequestRejectedHandler rejected(JsonMapper json) {
        return (_, response, fault) -> tell(
                json,
                response,
                HttpStatus.BAD_REQUEST,
                String.valueOf(fault.getMessage()).replace("The request was rejected because", "the request is not let in:"));
    }

    @Bean
    FormReader<Form> formReader() {
        return new FormReader<>(Form.class, FormReader.FORMS, Body.LARGEST, Form::read);
    }

    @Bean
    FormReader<Form.Bulk> bulkReader() {
        return new FormReader<>(Form.Bulk.class, FormReader.FORMS, Body.LARGEST_BULK, Form::readBulk);
    }

    @Bean
    FormReader<Document> documentReader() {
        return new FormReader<>(
                Document.class, List.of(MediaType.ALL), Body.LARGEST, (bytes, _) -> Document.read(bytes));
    }

    @Bean
    Problems problems() {
        return new Problems();
    }

    /// There are no pages of errors: what nobody answered comes here.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> serverFaults() {
        return server -> server.addContextCustomizers(context ->
                ((StandardHost) context.getParent()).setErrorReportValveClass(ServerFaults.class.getName()));
    }

    /// A token that never ends, or belongs to nobody, is none.
    @Bean
    OAuth2TokenValidator<Jwt> endsAndBelongsToSomebody() {
        return token -> token.getExpiresAt() != null
                        && token.getSubject() != null
                        && !token.getSubject().isBlank()
                ? OAuth2TokenValidatorResult.success()
                : OAuth2TokenValidatorResult.failure(
                        new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, "the token needs exp and sub", null));
    }

    private static JwtAuthenticationConverter groups() {
        JwtGrantedAuthoritiesConverter groups = new JwtGrantedAuthoritiesConverter();
        groups.setAuthoritiesClaimName("groups");
        groups.setAuthorityPrefix("");
        JwtAuthenticationConverter converter = new JwtAuthenticationConverter();
        converter.setJwtGrantedAuthoritiesConverter(groups);
        return converter;
    }

    private static void tell(JsonMapper json, HttpServletResponse response, HttpStatus status, String reason)
            throws IOException {
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        json.writeValue(response.getOutputStream(), Refusal.problem(status, status.getReasonPhrase(), List.of(reason)));
    }
}
