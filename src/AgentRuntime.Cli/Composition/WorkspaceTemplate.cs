namespace AgentRuntime.Cli.Composition;

/// <summary>The files of a new workspace.</summary>
internal static class WorkspaceTemplate
{
    /// <summary>The name of the settings file, which marks a workspace.</summary>
    public const string SettingsFile = "agentruntime.json";

    /// <summary>The folder of everything that the runtime writes.</summary>
    public const string StateFolder = ".agentruntime";

    /// <summary>The settings file.</summary>
    public const string Settings = """
        {
          "$schema": ".agentruntime/schemas/settings.v1.json",
          "secrets": {
            "store": "embedded",
            "embedded": { "path": ".agentruntime/secrets.db", "master_key": { "source": "user_file" } }
          },
          "storage": { "provider": "sqlite", "path": ".agentruntime/runs.db" },
          "limits": { "max_result_bytes": 8388608, "max_parallel_steps": 16 },
          "telemetry": { "otlp_endpoint": null }
        }

        """;

    /// <summary>No grants: nothing may use anything.</summary>
    public const string Grants = """
        {
          "$schema": ".agentruntime/schemas/grants.v1.json",
          "grants": []
        }

        """;

    /// <summary>Keeps what the runtime writes out of version control.</summary>
    public const string IgnoredLine = ".agentruntime/";
}
