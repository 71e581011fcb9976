using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AgentRuntime.EndToEnd.Tests.Cli;

/// <summary>Random keys in the shapes that the sample services take.</summary>
internal static class SampleKeys
{
    public static string NewText() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    public static JsonObject NewBasic() => new() { ["username"] = "billing-" + NewText()[..6], ["password"] = NewText() };
}
