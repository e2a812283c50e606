;;; What a person does in Emacs, and what is to be seen after each step.  -*- lexical-binding: t -*-
;; Writes the steps as JSON to $STEPS; a step that never happens is missing there.

(require 'cl-lib)
(require 'eglot)
(require 'json)

(defvar seen '())
(defvar said '())

(advice-add 'message :before
            (lambda (&rest words)
              (when (car words) (push (apply #'format words) said))))

(defun finish ()
  "Write what was seen and leave."
  (with-temp-file (getenv "STEPS")
    (insert (json-encode seen)))
  (ignore-errors (eglot-shutdown (eglot-current-server)))
  (kill-emacs 0))

(defun step (name happened)
  "Wait until HAPPENED returns something and keep that as NAME."
  (let ((deadline (+ (float-time) 30)) value)
    (while (and (not (setq value (funcall happened))) (< (float-time) deadline))
      (accept-process-output nil 0.05))
    (unless value (finish))
    (push (cons name value) seen)
    value))

(defun problems ()
  "Return line, code and text of what Flymake shows in this buffer."
  (mapcar (lambda (item)
            (format "%d %s" (line-number-at-pos (flymake-diagnostic-beg item))
                    (flymake-diagnostic-text item)))
          (flymake-diagnostics)))

(defun actions ()
  "Return the code actions at point."
  (append (eglot-code-actions (point) (point) nil nil) nil))

(defun titles ()
  "Return the titles of the code actions at point."
  (mapcar (lambda (action) (plist-get action :title)) (actions)))

(defun choose (words)
  "Do the code action at point whose title begins with WORDS."
  (let ((action (cl-find-if (lambda (action)
                              (string-prefix-p words (plist-get action :title)))
                            (actions))))
    (let ((command (plist-get action :command)))
      (eglot-execute-command (eglot-current-server)
                             (intern (plist-get command :command))
                             (plist-get command :arguments)))))

(condition-case problem
    (progn
      (find-file (getenv "FIRST"))
      (apply #'eglot (append (eglot--guess-contact) nil))
      (step "managed" (lambda () (and (eglot-managed-p) t)))
      (step "collision" (lambda () (flymake-start) (problems)))
      (goto-char (point-min))
      (search-forward "def hello")
      (step "actions" #'titles)
      (choose "Run locally")
      (let ((address (step "running"
                           (lambda ()
                             (cl-find-if (lambda (title) (string-match-p "http" title))
                                         (titles))))))
        (string-match "http://[^ ]+" address)
        (push (cons "answer"
                    (with-temp-buffer
                      (call-process (getenv "PYTHON") nil t nil "-c"
                                    "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode(), end='')"
                                    (string-trim-right (match-string 0 address) ":"))
                      (buffer-string)))
              seen))
      (choose "Debug")
      (step "debugger"
            (lambda () (cl-find-if (lambda (text) (string-match-p "debugpy at" text))
                                   said)))
      (choose "Stop")
      (step "unit stopped"
            (lambda () (cl-find-if (lambda (title) (string-prefix-p "Stop All" title))
                                   (titles))))
      (choose "Stop All")
      (step "stopped again"
            (lambda () (cl-find-if (lambda (title) (string-prefix-p "Run locally" title))
                                   (titles))))
      (finish))
  (error (push (cons "problem" (error-message-string problem)) seen)
         (finish)))
