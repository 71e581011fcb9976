using System.Security.Cryptography;

namespace AgentRuntime.Vaults.Aws.Secrets;

/// <summary>Ids of versions, which whoever writes chooses.</summary>
internal static class VersionIds
{
    /// <summary>A new one, 36 characters.</summary>
    public static string New() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString("D");

    /// <summary>Whether a text can be the id of a version: 32 to 64 letters, digits and <c>-</c>.</summary>
    public static bool AreOf(string? text) => text is { Length: >= 32 and <= 64 } && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
