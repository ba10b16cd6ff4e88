// Runs a scripted Jenkinsfile under Jenkins' CPS transformer, with shell steps that really run. Arguments: the Jenkinsfile,
// and what to answer to an approval: yes or no.
import com.lesfurets.jenkins.unit.cps.BasePipelineTestCPS

class Run extends BasePipelineTestCPS {
    void file(String jenkinsfile, boolean approve) {
        scriptRoots += new File(jenkinsfile).parent
        setUp()
        helper.registerAllowedMethod('sh', [String], { String command ->
            def process = new ProcessBuilder('sh', '-c', command).inheritIO().start()
            if (process.waitFor() != 0) {
                throw new RuntimeException('a shell step failed')
            }
        })
        helper.registerAllowedMethod('catchError', [Map, Closure], { Map how, Closure body ->
            try {
                body()
            } catch (RuntimeException ignored) {
                println 'ignored: ' + ignored.message
            }
        })
        helper.registerAllowedMethod('input', [Map], { Map what ->
            if (!approve) {
                throw new RuntimeException('not approved: ' + what.message)
            }
        })
        helper.registerAllowedMethod('timeout', [Map, Closure], { Map how, Closure body -> body() })
        binding.setVariable('scm', [:])
        runScript(new File(jenkinsfile).name)
    }
}

new Run().file(args[0], args[1] == 'yes')
