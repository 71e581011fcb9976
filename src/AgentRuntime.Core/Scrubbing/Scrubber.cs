using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentRuntime.Json;
using AgentRuntime.Scrubbing.Index;
using AgentRuntime.Scrubbing.Json;
using AgentRuntime.Scrubbing.Shapes;
using AgentRuntime.Scrubbing.Streaming;
using AgentRuntime.Secrets;

namespace AgentRuntime.Scrubbing;

/// <summary>The scrubber: first every known value in all its forms, then whatever has the shape of a credential.</summary>
/// <remarks>
/// Thread-safe. A registered value stays known for the life of the process, so an old version is still redacted in a late log line.
/// The bytes of the values and of their forms live in the index; they are needed to find them.
/// </remarks>
public sealed class Scrubber : IScrubber, ISecretRegistry
{
    private readonly ScrubberOptions _options;
    private readonly byte[] _key;
    private readonly Lock _registration = new();
    private volatile SecretIndex _index = SecretIndex.Empty;

    /// <summary>A scrubber that knows no value yet.</summary>
    public Scrubber(ScrubberOptions options)
    {
        _options = options;
        _key = options.FingerprintKey ?? RandomNumberGenerator.GetBytes(32);
        if (_key.Length < 16)
        {
            throw new ArgumentException("The key of the fingerprints has at least 16 bytes.", nameof(options));
        }
    }

    /// <summary>Values that could not be indexed, or only in part; holds no value.</summary>
    public IReadOnlyList<string> Warnings => _index.Warnings;

    /// <summary>The index as it is now.</summary>
    public SecretIndex Index => _index;

    /// <inheritdoc/>
    public void Register(SecretMaterial material)
    {
        if (!_index.Knows(material))
        {
            RegisterAll([material]);
        }
    }

    /// <summary>Registers many at once, which is much faster than one by one.</summary>
    public void RegisterAll(IEnumerable<SecretMaterial> materials)
    {
        lock (_registration)
        {
            _index = _index.With(materials);
        }
    }

    /// <inheritdoc/>
    public string Scrub(string text)
    {
        using var utf8 = new PooledBuffer(Math.Max(16, Encoding.UTF8.GetMaxByteCount(text.Length)));
        Encoding.UTF8.GetBytes(text, utf8);
        var counter = new RedactionCounter(_options.OnRedaction);
        using var clean = ScrubBytes(utf8.Span, counter);
        counter.Report();
        return clean is null ? text : Encoding.UTF8.GetString(clean.Span);
    }

    /// <inheritdoc/>
    public ScrubbedText Scrub(UntrustedText text)
    {
        var clean = Scrub(text.Text ?? string.Empty);
        if (text.Text is null || clean.Length <= text.MaxLength)
        {
            return new ScrubbedText(clean);
        }

        var end = text.MaxLength > 0 && char.IsHighSurrogate(clean[text.MaxLength - 1]) ? text.MaxLength - 1 : text.MaxLength;
        return new ScrubbedText($"{clean[..end]}...");
    }

    /// <inheritdoc/>
    public ScrubbedJson Scrub(JsonElement json)
    {
        var counter = new RedactionCounter(_options.OnRedaction);
        using var pass = new JsonScrub(_index, this, counter);
        var clean = pass.Scrub(json);
        counter.Report();
        return new ScrubbedJson(clean);
    }

    /// <inheritdoc/>
    public ScrubbedJson Scrub(UntrustedJson json) => Scrub(json.Element);

    /// <inheritdoc/>
    public bool HoldsSecret(string text)
    {
        using var utf8 = new PooledBuffer(Math.Max(16, Encoding.UTF8.GetMaxByteCount(text.Length)));
        Encoding.UTF8.GetBytes(text, utf8);
        using var clean = ScrubBytes(utf8.Span, new RedactionCounter(null));
        return clean is not null;
    }

    /// <summary>Whether the text holds the value of a registered credential, in any of its forms; shapes do not count.</summary>
    public bool HoldsKnownValue(string text)
    {
        using var utf8 = new PooledBuffer(Math.Max(16, Encoding.UTF8.GetMaxByteCount(text.Length)));
        Encoding.UTF8.GetBytes(text, utf8);
        List<ExactMatch>? matches = null;
        _index.Find(utf8.Span, 0, ref matches);
        return matches is not null;
    }

    /// <inheritdoc/>
    public IStreamScrubber OpenStream() => new StreamScrubber(() => _index, _options, _key);

    /// <summary>Both layers over one text; <c>null</c> when it is clean. The caller disposes the buffer.</summary>
    internal PooledBuffer? ScrubBytes(ReadOnlySpan<byte> text, RedactionCounter counter)
    {
        var index = _index;
        List<ExactMatch>? matches = null;
        index.Find(text, 0, ref matches);
        PooledBuffer? exact = null;
        if (matches is not null)
        {
            exact = new PooledBuffer(text.Length + 64);
            ExactStream.Redact(index, text, matches, counter, exact);
        }

        var shaped = ScrubShapes(exact is null ? text : exact.Span, counter);
        if (shaped is null)
        {
            return exact;
        }

        exact?.Dispose();
        return shaped;
    }

    /// <summary>The shape layer over one text; <c>null</c> when it is clean.</summary>
    /// <param name="text">The text.</param>
    /// <param name="counter">Counts the redactions.</param>
    /// <param name="secretName">The secret-sounding name that the text is the value of, or <c>null</c>.</param>
    internal PooledBuffer? ScrubShapes(ReadOnlySpan<byte> text, RedactionCounter counter, string? secretName = null)
    {
        if (!_options.Shapes)
        {
            return null;
        }

        var shaped = ShapeStream.Redact(text, _key, counter);
        if (shaped is null && secretName is not null && AssignmentRule.IsSecret(secretName, text))
        {
            var label = Fingerprint.Label(AssignmentRule.AssignedKind, text, _key);
            counter.Add(label);
            shaped = new PooledBuffer();
            Encoding.UTF8.GetBytes(label, shaped);
        }

        return shaped;
    }

    /// <summary>Each name that sounds secret at its place, <c>null</c> for the others; <c>null</c> when none does.</summary>
    internal string?[]? SecretNames(IReadOnlyList<string> names)
    {
        string?[]? secret = null;
        for (var i = 0; i < names.Count && _options.Shapes; i++)
        {
            if (AssignmentRule.SoundsSecret(names[i]))
            {
                (secret ??= new string?[names.Count])[i] = names[i];
            }
        }

        return secret;
    }
}
