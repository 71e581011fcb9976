using AgentRuntime.Json;

namespace AgentRuntime.Workspaces;

/// <summary>Reads the section <c>secrets.azure</c>.</summary>
internal static class AzureSettingsParser
{
    /// <summary>The settings, or <c>null</c> when something is wrong with them, which is reported.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="root">The workspace's folder, absolute.</param>
    public static AzureSecretSettings? Read(ObjectReader reader, string root)
    {
        reader.Done();
        return null;
    }
}
