using AgentRuntime.Scrubbing;

namespace AgentRuntime.Json;

/// <summary>Decides which member names from a file may appear in a message: a secret can be pasted as a key, too.</summary>
internal static class PrintableName
{
    private const int MaxLength = 64;

    /// <summary>The name in quotes, or <paramref name="otherwise"/> when it may be a secret.</summary>
    public static string Quote(string name, string otherwise = "a member") => IsSafe(name) ? $"'{name}'" : otherwise;

    /// <summary>Whether the name is short, plain and reads like words.</summary>
    public static bool IsSafe(string name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return false;
        }

        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && char.IsAsciiLetterOrDigit(name[i]))
            {
                continue;
            }

            if ((i < name.Length && name[i] is not ('_' or '-' or '.' or '$' or '@' or ':' or '/' or ' ')) || !IsWord(name.AsSpan(start, i - start)))
            {
                return false;
            }

            start = i + 1;
        }

        return CredentialShapes.Find(name).Count == 0;
    }

    /// <summary>The pointer up to the first segment that may be a secret.</summary>
    public static string SafePointer(string pointer)
    {
        if (pointer.Length == 0 || JsonPointer.Split(pointer) is not { } segments)
        {
            return string.Empty;
        }

        var safe = string.Empty;
        foreach (var segment in segments)
        {
            if (segment.Length > 0 && !IsSafe(segment))
            {
                break;
            }

            safe = JsonPointer.Append(safe, segment);
        }

        return safe;
    }

    /// <summary>Words are letters, perhaps in humps, perhaps with a short number; random strings change their kind of character all the time.</summary>
    private static bool IsWord(ReadOnlySpan<char> word)
    {
        var digits = 0;
        var kinds = 0;
        var humps = 0;
        for (var i = 0; i < word.Length; i++)
        {
            digits += char.IsAsciiDigit(word[i]) ? 1 : 0;
            kinds += i > 0 && char.IsAsciiDigit(word[i]) != char.IsAsciiDigit(word[i - 1]) ? 1 : 0;
            humps += i > 0 && char.IsAsciiLetterUpper(word[i]) && char.IsAsciiLetterLower(word[i - 1]) ? 1 : 0;
        }

        return word.Length <= 28
            && (word.Length < 10 || (kinds <= 2 && digits <= 4))
            && (word.Length < 16 || digits == 0)
            && (humps == 0 || word.Length / (humps + 1) >= 3);
    }
}
