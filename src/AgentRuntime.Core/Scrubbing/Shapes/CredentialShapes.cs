using System.Text;
using AgentRuntime.Scrubbing.Shapes;

namespace AgentRuntime.Scrubbing;

/// <summary>Finds strings that have the shape of a credential, whoever they belong to. Thread-safe.</summary>
public static class CredentialShapes
{
    /// <summary>Finds shapes as they are written. Never matches plain words, UUIDs, bare hashes or our own labels.</summary>
    public static IReadOnlyList<ShapeMatch> Find(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        List<ShapeMatch>? found = null;
        var place = new CharPlace(bytes);
        for (var at = 0; ;)
        {
            var hit = ShapeScanner.Default.Next(bytes, at, final: true);
            if (hit.Rule is null)
            {
                return found ?? (IReadOnlyList<ShapeMatch>)[];
            }

            at = hit.End + ShapeScanner.Swallow(hit, bytes.AsSpan(hit.End), final: true, out _);
            var start = place.Of(hit.Start);
            (found ??= []).Add(new ShapeMatch(hit.Rule.Kind, start, place.Of(at) - start));
        }
    }

    /// <summary>
    /// Finds shapes as they are written and inside base64, hex and percent-encoded runs, decoded up to twice. For places that must hold no
    /// credential at all, such as workflow definitions.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="strict">Also reports random-looking runs without any known shape, as <c>high-entropy</c>.</param>
    public static IReadOnlyList<ShapeMatch> FindDecoded(string text, bool strict = false) => DecodedShapes.Find(text, strict, depth: 2);

    // Byte places to character places, for places that only grow.
    private struct CharPlace(byte[] utf8)
    {
        private int _bytes;
        private int _chars;

        public int Of(int bytes)
        {
            _chars += Encoding.UTF8.GetCharCount(utf8, _bytes, bytes - _bytes);
            _bytes = bytes;
            return _chars;
        }
    }
}
