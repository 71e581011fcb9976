using System.Diagnostics.CodeAnalysis;

namespace AgentRuntime.Names;

/// <summary>The one rule for names of workflows, servers, tools, scopes and steps.</summary>
/// <remarks>
/// Names end up in paths, in secret-store paths and in audit entries, so the alphabet is closed: ASCII letters, digits,
/// <c>_</c>, <c>-</c> and <c>.</c>, first character a letter or digit, 1 to 128 characters, and never <c>..</c>.
/// </remarks>
public static class Name
{
    /// <summary>The greatest length of a name, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>Whether <paramref name="text"/> is a well-formed name.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || !char.IsAsciiLetterOrDigit(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
            {
                return false;
            }
        }

        return !text.Contains("..", StringComparison.Ordinal);
    }

    internal static string Checked(string? text, string what) =>
        IsValid(text)
            ? text
            : throw new ArgumentException($"A {what} is 1 to {MaxLength} of a-z A-Z 0-9 _ - . and begins with a letter or digit.", nameof(text));
}
