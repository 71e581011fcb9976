using System.Diagnostics.CodeAnalysis;

namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>A path below <c>/v1/</c> whose segments were checked: what is asked is what the vault's policies are matched with. Safe to print.</summary>
/// <remarks>
/// A vault reads <c>%2F</c> as a slash, answers <c>..</c> with a redirect and a trailing slash with an internal error; so a segment is made of letters, digits and
/// <c>- _ . ~ + @ = , :</c> only, is not empty, and is neither <c>.</c> nor <c>..</c>. Nothing is left to escape.
/// </remarks>
internal readonly record struct VaultPath
{
    /// <summary>The rule in words.</summary>
    public const string Rule = "segments of letters, digits and - _ . ~ + @ = , : with one '/' between them; none empty, '.', '..' or '+'";

    private const int Longest = 2048;
    private readonly string? _text;

    private VaultPath(string text) => _text = text;

    /// <summary>Whether there is no segment.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(_text);

    /// <summary>Reads <c>a/b/c</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out VaultPath path)
    {
        path = default;
        if (string.IsNullOrEmpty(text) || text.Length > Longest || !text.Split('/').All(IsSegment))
        {
            return false;
        }

        path = new VaultPath(text);
        return true;
    }

    /// <summary>Reads <c>a/b/c</c>.</summary>
    /// <exception cref="FormatException">It breaks the rule; the message does not quote it.</exception>
    public static VaultPath Parse(string text) => TryParse(text, out var path) ? path : throw new FormatException($"A path in the vault is made of {Rule}.");

    /// <summary>This path and more behind it.</summary>
    /// <exception cref="FormatException">What is added breaks the rule.</exception>
    public VaultPath Then(string more) => Then(Parse(more));

    /// <summary>This path and more behind it.</summary>
    public VaultPath Then(VaultPath more) => IsEmpty ? more : new VaultPath($"{_text}/{more._text}");

    /// <summary>The path as it stands in a policy and in the audit log.</summary>
    public override string ToString() => _text ?? string.Empty;

    private static bool IsSegment(string segment) =>
        segment.Length > 0 && segment is not ("." or ".." or "+") && segment.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' or '+' or '@' or '=' or ',' or ':');
}
