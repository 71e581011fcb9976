using System.Text;

namespace AgentRuntime.Workflows.Clean;

/// <summary>Knows the names under which people pass credentials. Case, <c>-</c>, <c>_</c>, <c>.</c> and spaces do not matter.</summary>
internal static class CredentialWords
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "authorization", "proxyauthorization", "xapikey", "apikey", "apitoken", "apisecret", "password", "passwd", "pwd", "passphrase", "secret", "clientsecret",
        "token", "accesstoken", "authtoken", "bearertoken", "bearer", "idtoken", "refreshtoken", "sessiontoken", "securitytoken", "bottoken", "usertoken",
        "servicetoken", "githubtoken", "gitlabtoken", "slacktoken", "oauthtoken", "jwt", "jwttoken", "personalaccesstoken", "deploytoken", "vaulttoken", "npmtoken",
        "xauthtoken", "xaccesstoken", "xvaulttoken", "secretkey", "secretaccesskey", "awssecretaccesskey", "accesskey", "privatekey", "sshkey", "authkey", "masterkey", "signingkey", "encryptionkey",
        "cookie", "setcookie", "dsn", "connectionstring", "connstr", "databaseurl", "credential", "credentials", "basicauth", "sharedaccesskey", "accountkey",
    };

    private static readonly string[] Endings =
        ["password", "passwd", "passphrase", "clientsecret", "apikey", "apitoken", "apisecret", "privatekey", "accesstoken", "secretkey", "authtoken", "accesskey", "refreshtoken", "webhooksecret", "appsecret", "connectionstring", "bearertoken", "bottoken"];

    private static readonly HashSet<string> Passwords = new(StringComparer.Ordinal) { "password", "passwd", "pwd", "passphrase", "secret", "clientsecret" };

    private static readonly HashSet<string> References = new(StringComparer.Ordinal) { "secretkeyref", "secretref", "secretpath", "vaultpath", "secretarn", "vaultsecret", "secretid", "keyvaultsecret", "fromsecret" };

    private static readonly HashSet<string> QueryNames = new(StringComparer.Ordinal)
    {
        "accesstoken", "apikey", "key", "token", "sig", "signature", "auth", "authorization", "password", "passwd", "pwd", "secret", "clientsecret",
        "xamzsignature", "xamzsecuritytoken", "xamzcredential", "xgoogsignature", "session", "sessionid", "jwt", "idtoken", "refreshtoken", "authtoken", "apitoken", "subscriptionkey", "appkey", "hapikey",
    };

    /// <summary>Whether an argument, a header or a variable of this name carries a credential.</summary>
    public static bool IsCredentialName(string name)
    {
        var plain = Normalize(name);
        return Names.Contains(plain) || (plain.Length <= 64 && Endings.Any(ending => plain.EndsWith(ending, StringComparison.Ordinal)));
    }

    /// <summary>Whether even a number under this name is a credential.</summary>
    public static bool IsPasswordName(string name)
    {
        var plain = Normalize(name);
        return Passwords.Contains(plain) || plain.EndsWith("password", StringComparison.Ordinal);
    }

    /// <summary>Whether a member of this name points into a secrets manager.</summary>
    public static bool IsReferenceName(string name) => References.Contains(Normalize(name));

    /// <summary>Whether a query parameter of this name carries a credential.</summary>
    public static bool IsCredentialQueryName(string name)
    {
        var plain = Normalize(name);
        return QueryNames.Contains(plain) || Names.Contains(plain);
    }

    private static string Normalize(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is not ('-' or '_' or '.' or ' '))
            {
                plain.Append(char.ToLowerInvariant(c));
            }
        }

        return plain.ToString();
    }
}
