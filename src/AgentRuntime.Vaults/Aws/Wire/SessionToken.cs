namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>The token of short-lived keys, as the header that carries it.</summary>
internal static class SessionToken
{
    /// <summary>The header's value.</summary>
    public static string ForHeader(AwsKeys keys)
    {
#pragma warning disable RS0030 // A header's value is a string.
        return keys.Token!.RevealString();
#pragma warning restore RS0030
    }
}
