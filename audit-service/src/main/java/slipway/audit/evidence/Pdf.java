package slipway.audit.evidence;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.GregorianCalendar;
import java.util.Objects;
import java.util.TimeZone;
import java.util.logging.Level;
import org.apache.pdfbox.pdmodel.PDDocument;

/// A page of the report as PDF: tagged for screen readers, its fonts within, the same bytes from the same page.
final class Pdf {

    private static final String FONTS = "/net/sf/jasperreports/fonts/dejavu/";

    static {
        // It has a logger of its own that writes to the terminal.
        XRLog.listRegisteredLoggers().forEach(logger -> XRLog.setLevel(logger, Level.WARNING));
    }

    private Pdf() {}

    /// @param html well-formed, with nothing to load
    static byte[] of(String html, Instant createdAt) {
        PdfRendererBuilder builder = new PdfRendererBuilder();
        builder.usePdfUaAccessibility(true);
        font(builder, "DejaVuSans.ttf", "Slipway Sans", 400, FontStyle.NORMAL);
        font(builder, "DejaVuSans-Bold.ttf", "Slipway Sans", 700, FontStyle.NORMAL);
        font(builder, "DejaVuSans-Oblique.ttf", "Slipway Sans", 400, FontStyle.ITALIC);
        font(builder, "DejaVuSansMono.ttf", "Slipway Mono", 400, FontStyle.NORMAL);
        builder.withHtmlContent(html, null);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        builder.toStream(bytes);
        try (PdfBoxRenderer renderer = builder.buildPdfRenderer()) {
            renderer.layout();
            renderer.createPDFWithoutClosing();
            PDDocument document = renderer.getPdfDocument();
            GregorianCalendar created = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
            created.setTimeInMillis(createdAt.toEpochMilli());
            document.getDocumentInformation().setCreationDate(created);
            document.getDocumentInformation().setModificationDate(created);
            document.setDocumentId(createdAt.toEpochMilli());
            document.save(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void font(PdfRendererBuilder builder, String file, String family, int weight, FontStyle style) {
        builder.useFont(() -> stream(file), family, weight, style, true);
    }

    private static InputStream stream(String file) {
        return Objects.requireNonNull(Pdf.class.getResourceAsStream(FONTS + file), file);
    }
}
