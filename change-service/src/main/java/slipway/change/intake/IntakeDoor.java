package slipway.change.intake;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.HandlerExceptionResolver;
import slipway.http.Refusal;

/// Other systems have no token of ours, but sign what they send: their path is open, and its controller asks for the proof. Who comes
/// with a token is still held to it.
@Configuration
class IntakeDoor {

    @Bean
    @Order(1)
    SecurityFilterChain proofInPlaceOfToken(
            HttpSecurity http, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        return http.securityMatcher("/ingest/*")
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .oauth2ResourceServer(server -> server.jwt(_ -> {})
                        .authenticationEntryPoint((request, response, fault) -> problems.resolveException(
                                request, response, null, Refusal.unproven(String.valueOf(fault.getMessage())))))
                .build();
    }
}
